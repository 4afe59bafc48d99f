using System.Numerics.Tensors;

namespace Pescador.Fast;

/// <summary>Runs a graph for its scores, and finds the highest. Memory grows with the largest batch and stays.</summary>
internal sealed unsafe class OnnxScores(OnnxSession session, OnnxTensorInfo scores)
{
    private readonly OnnxCall _call = session.Call();
    private float[] _scores = []; // pinned
    private TensorSpec? _spec;

    /// <summary>The class of each row's highest score.</summary>
    /// <param name="batch">With the graph's inputs.</param>
    /// <param name="parameters">Take precedence over the graph's own.</param>
    /// <param name="classes">As many as rows.</param>
    internal void Predict(Sample batch, OnnxParameters parameters, Span<int> classes)
    {
        nint value = 0;
        try
        {
            foreach (OnnxTensorInfo input in session.Inputs)
            {
                _call.TakeInput(batch, input);
            }

            if (parameters.AreKnown)
            {
                parameters.Take(_call, session.Initializers);
            }

            TensorSpec spec = SpecOfScores();
            if (spec.Shape[0] != classes.Length)
            {
                throw new ArgumentException($"There are {spec.Shape[0]} rows to predict, but room for {classes.Length}.", nameof(classes));
            }

            if (_scores.Length < spec.ElementCount)
            {
                _scores = GC.AllocateUninitializedArray<float>(checked((int)spec.ElementCount), pinned: true);
            }

            fixed (float* first = _scores)
            {
                // Invariant: the array is pinned for good, and kept here longer than the value.
                value = session.Library.CreateValue((nint)first, spec);
            }

            _call.Give(scores, value);
            _call.Run();
        }
        finally
        {
            _call.Clear();
            if (value != 0)
            {
                session.Library.ReleaseValue(value);
            }
        }

        int width = (int)_spec.Shape[1]; // set with the scores' memory, which an array holds
        for (int row = 0; row < classes.Length; row++)
        {
            classes[row] = TensorPrimitives.IndexOfMax<float>(_scores.AsSpan(row * width, width));
        }
    }

    [System.Diagnostics.CodeAnalysis.MemberNotNull(nameof(_spec))]
    private TensorSpec SpecOfScores()
    {
        if (_spec is null || !_call.Forms.Is(scores, _spec))
        {
            _spec = _call.Forms.Resolve(scores);
        }

        return _spec;
    }
}
