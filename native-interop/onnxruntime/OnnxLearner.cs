using System.Globalization;

namespace Pescador.Fast;

/// <summary>Learns by running a training-step graph: parameters in, parameters out. Used by one thread at a time. Whoever made it disposes it.</summary>
/// <remarks><para>What the graph is held to: an input <c>w</c> that has an initializer (so that it need not be given) and an output <c>w.next</c> of its form is a
/// parameter, the optimiser's state included; its first value is the initializer. The output <c>loss</c> is one float32. An output <c>scores</c>, float32
/// [n, classes], lets it predict. Every other input is a tensor of the batch by that name; one with an initializer is taken from the batch where it is there.
/// <see cref="OnnxTrainingGraph"/> writes such graphs; so can whatever else writes ONNX.</para>
/// <para>Nothing is copied: the graph reads the batch where it was stacked, and parameters go back and forth between two sets of memory, one to read and one
/// to write. A step allocates nothing on the managed heap. A step that fails leaves the parameters as they were.</para></remarks>
public sealed partial class OnnxLearner : IPartialFit, IDisposable
{
    private readonly OnnxSession _session;
    private readonly OnnxCall _call;
    private readonly OnnxParameters _parameters;
    private readonly OnnxTensorInfo _loss;
    private readonly OnnxTensorInfo[] _fromBatch;   // required
    private readonly OnnxTensorInfo[] _perhapsFromBatch;
    private readonly Sample _lossMemory;
    private readonly OnnxValue _lossValue;
    private readonly OnnxTrainingGraph? _recipe;    // of a graph of our own
    private readonly OnnxSession? _scoring;         // its forward pass alone
    private int[] _labels = [];
    private bool _isDisposed;

    /// <summary>A learner around a graph in a file.</summary>
    /// <param name="path">Of the <c>.onnx</c> file.</param>
    /// <param name="options">Threads and optimisation.</param>
    /// <exception cref="NativeLibraryException">ONNX Runtime is not available.</exception>
    /// <exception cref="PescadorException">The file is no graph, or no training step.</exception>
    public OnnxLearner(string path, OnnxSessionOptions? options = null)
        : this(OnnxSession.Open(path, options), options)
    {
    }

    /// <summary>A learner around a graph in memory, which is not needed any more afterwards.</summary>
    /// <param name="model">The bytes of an <c>.onnx</c> file.</param>
    /// <param name="name">For messages.</param>
    /// <param name="options">Threads and optimisation.</param>
    /// <inheritdoc cref="OnnxLearner(string, OnnxSessionOptions?)"/>
    public OnnxLearner(ReadOnlySpan<byte> model, string name = "model", OnnxSessionOptions? options = null)
        : this(OnnxSession.Open(model, name, options), options)
    {
    }

    /// <summary>A learner around a graph that is written for it.</summary>
    /// <param name="graph">What to train.</param>
    /// <param name="options">Threads and optimisation.</param>
    /// <exception cref="InvalidOperationException">A property's value makes no graph.</exception>
    /// <inheritdoc cref="OnnxLearner(string, OnnxSessionOptions?)"/>
    public OnnxLearner(OnnxTrainingGraph graph, OnnxSessionOptions? options = null)
        : this(OnnxSession.Open((graph ?? throw new ArgumentNullException(nameof(graph))).TrainingModel(), "training graph", options), options) =>
        LabelsName = graph.LabelsName;

    private OnnxLearner(OnnxSession session, OnnxSessionOptions? options)
    {
        _session = session;
        OnnxParameters? parameters = null;
        try
        {
            _parameters = parameters = new OnnxParameters(session);
            _call = session.Call();
            _loss = session.FindOutput("loss") is { ElementType: ElementType.Float32, FixedSpec: { ElementCount: 1 } spec } loss ? loss
                : throw new PescadorException($"The graph '{session.Name}' gives no 'loss' of one float32; it gives [{string.Join(", ", (object[])session.Outputs.ToArray())}].");
            _fromBatch = session.Inputs.ToArray();
            _perhapsFromBatch = Array.FindAll(session.Initializers.ToArray(), input => !Parameters.Contains(input.Name));
            _recipe = OnnxTrainingGraph.TryRead(session.Recipe) is { } recipe && IsOf(recipe) ? recipe : null;
            if (_recipe is not null)
            {
                _scoring = OnnxSession.Open(_recipe.ScoringModel(), session.Name, options);
                ReadFirst(_recipe);
            }

            OnnxSession scoring = _scoring ?? session;
            _scores = scoring.FindOutput("scores") is { ElementType: ElementType.Float32, Dimensions.Length: 2 } scores ? new OnnxScores(scoring, scores) : null;
            _lossMemory = Rent(new SampleSpec(spec));
            _lossValue = OnnxValue.Over(_lossMemory[0]);
        }
        catch
        {
            parameters?.Dispose();
            _scoring?.Dispose();
            session.Dispose();
            throw;
        }
    }

    /// <summary>The name of the tensor of labels, [n] or [n, 1], integers or whole float32 or float64; for <see cref="Score"/>.</summary>
    public string LabelsName { get; init; } = "Y";

    /// <summary>Of the last batch learned; NaN before the first.</summary>
    public float LastLoss { get; private set; } = float.NaN;

    /// <summary>Batches learned.</summary>
    public long Steps { get; private set; }

    /// <summary>Names, element types and shapes of the parameters, the optimiser's state included.</summary>
    public SampleSpec Parameters => _parameters.Spec;

    /// <summary>Runs the graph on a batch, and takes the parameters it gives.</summary>
    /// <param name="batch">With the graph's inputs by name; of any number of rows that these allow. One of no rows is left aside.</param>
    /// <exception cref="KeyNotFoundException">A tensor is missing.</exception>
    /// <exception cref="DataException">A tensor is not of the form that the graph takes, a label is no class, or the loss is not finite because a feature is
    /// not.</exception>
    /// <exception cref="InvalidOperationException">The loss is not finite although the features are: the model diverged. The parameters stay as they were.</exception>
    /// <exception cref="PescadorException">ONNX Runtime failed; with its words.</exception>
    public void PartialFit(Sample batch)
    {
        ObjectDisposedException.ThrowIf(_isDisposed, this);
        if (_recipe is not null && batch.Spec.Contains(LabelsName) && batch[LabelsName] is { ElementType: ElementType.Float32 or ElementType.Float64 } labels)
        {
            // The graph would cut off what follows the point, and learn a class that nobody meant.
            _ = ClassLabels.Read(labels, checked((int)labels.ElementCount), LabelsName, ref _labels);
        }

        try
        {
            bool isEmpty = false;
            foreach (OnnxTensorInfo input in _fromBatch)
            {
                _call.TakeInput(batch, input);
                isEmpty |= batch[input.Name].ElementCount == 0;
            }

            if (isEmpty)
            {
                return;
            }

            foreach (OnnxTensorInfo input in _perhapsFromBatch)
            {
                if (batch.Spec.Contains(input.Name))
                {
                    _call.TakeInput(batch, input);
                }
            }

            _parameters.Take(_call);
            _call.Give(_loss, _lossValue.Handle);
            _parameters.Give(_call);
            _call.Run();
        }
        catch (PescadorException error) when (error is not DataException && WrongLabel(batch) is { } wrong)
        {
            throw new DataException(wrong, error);
        }
        finally
        {
            _call.Clear();
        }

        float loss = _lossMemory[0].Span<float>()[0];
        if (!float.IsFinite(loss))
        {
            RefuseNotFinite(batch);
            throw new InvalidOperationException(
                $"The model diverged: step {Steps + 1} has the loss {loss}. A smaller learning rate, or features of smaller numbers, may help.");
        }

        _parameters.Advance();
        LastLoss = loss;
        Steps++;
    }

    /// <summary>Releases graph and parameters. Again: does nothing.</summary>
    public void Dispose()
    {
        if (!_isDisposed)
        {
            _isDisposed = true;
            _lossValue.Dispose();
            _lossMemory.Dispose();
            _parameters.Dispose();
            _scoring?.Dispose();
            _session.Dispose();
        }
    }

    // Looked for once the loss is not finite: a smaller learning rate would not help against it.
    private void RefuseNotFinite(Sample batch)
    {
        foreach (OnnxTensorInfo input in _fromBatch)
        {
            if (input.ElementType != ElementType.Float32)
            {
                continue;
            }

            TensorView tensor = batch[input.Name];
            nint width = tensor.Shape.IsEmpty ? 1 : tensor.ElementCount / tensor.Shape[0]; // without rows there was no step
            int broken = tensor.Span<float>().IndexOfAnyExceptInRange(float.MinValue, float.MaxValue);
            if (broken >= 0)
            {
                throw new DataException(string.Create(
                    CultureInfo.InvariantCulture, $"Tensor '{input.Name}', row {broken / width}, feature {broken % width}: expected a finite number, got {tensor.Span<float>()[broken]}."));
            }
        }
    }

    private bool IsOf(OnnxTrainingGraph recipe)
    {
        // A damaged file may say anything of itself: what it takes must be features, labels and the learning rate, and no more.
        if (_fromBatch is not [{ Dimensions: [_, { Length: { } features }] } taken, { Dimensions: [{ Length: null }] }]
            || features != recipe.Features || taken.Name != recipe.FeaturesName || taken.ElementType != recipe.FeaturesType
            || _perhapsFromBatch is not [{ Name: OnnxTrainingNodes.LearningRate, Dimensions.IsEmpty: true }])
        {
            return false;
        }

        foreach (TensorSpec weight in recipe.Weights.Tensors)
        {
            int index = Parameters.Find(weight.Name);
            if (index < 0 || !Parameters[index].HasFormOf(weight))
            {
                return false;
            }
        }

        return Array.TrueForAll(Parameters.Tensors.ToArray(), static parameter => parameter.ElementType == ElementType.Float32);
    }

    // By a step of the learning rate 0 on one row of zeros: its weights are those that the file holds, whoever wrote them there.
    private void ReadFirst(OnnxTrainingGraph recipe)
    {
        List<OnnxTensorInfo> given = [.. _fromBatch, .. _perhapsFromBatch];
        using Sample zeros = Rent(new SampleSpec([.. given.Select(input => new TensorSpec(
            input.Name, input.ElementType ?? default, [.. input.Dimensions.ToArray().Select(axis => axis.Length ?? 1)]))]));
        try
        {
            for (int i = 0; i < given.Count; i++)
            {
                zeros[i].Bytes(0, checked((int)zeros[i].Spec.LengthInBytes)).Clear();
                _call.Take(given[i], zeros[i]);
            }

            _parameters.Give(_call);
            _call.Run();
            _parameters.TakeFirst(recipe.Weights);
        }
        finally
        {
            _call.Clear();
        }
    }

    // Memory that goes back to the system when the sample is disposed.
    private static Sample Rent(SampleSpec spec)
    {
        using var pool = new SlabPool(spec, slabCount: 1);
        return pool.Rent();
    }

    // Looked for once a step has failed: the graph finds out by itself, but cannot say which row it was.
    private string? WrongLabel(Sample batch)
    {
        if (_recipe is null || !batch.Spec.Contains(LabelsName))
        {
            return null;
        }

        TensorView tensor = batch[LabelsName];
        Span<int> labels = ClassLabels.Read(tensor, checked((int)tensor.ElementCount), LabelsName, ref _labels);
        for (int row = 0; row < labels.Length; row++)
        {
            if ((uint)labels[row] >= (uint)_recipe.Classes)
            {
                return $"Tensor '{LabelsName}', row {row}: expected a class from 0 to {_recipe.Classes - 1}, got {ClassLabels.Said(labels[row])}.";
            }
        }

        return null;
    }
}
