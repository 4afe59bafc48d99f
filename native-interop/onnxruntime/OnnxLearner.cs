namespace Pescador.Fast;

/// <summary>Learns by running a training-step graph: parameters in, parameters out. Used by one thread at a time. Whoever made it disposes it.</summary>
public sealed class OnnxLearner : IPartialFit, IDisposable
{
    /// <summary>A learner around a graph in a file.</summary>
    public OnnxLearner(string path, OnnxSessionOptions? options = null) => throw new NotImplementedException();

    /// <summary>A learner around a graph in memory.</summary>
    public OnnxLearner(ReadOnlySpan<byte> model, string name = "model", OnnxSessionOptions? options = null) => throw new NotImplementedException();

    /// <summary>A learner around a graph that is written for it.</summary>
    public OnnxLearner(OnnxTrainingGraph graph, OnnxSessionOptions? options = null) => throw new NotImplementedException();

    /// <summary>Of the last batch learned; NaN before the first.</summary>
    public float LastLoss => throw new NotImplementedException();

    /// <summary>Batches learned.</summary>
    public long Steps => throw new NotImplementedException();

    /// <summary>Names, element types and shapes of the parameters, the optimiser's state included.</summary>
    public SampleSpec Parameters => throw new NotImplementedException();

    /// <summary>The parameters' values, copied.</summary>
    /// <returns>The caller's to dispose.</returns>
    public Sample CopyParameters() => throw new NotImplementedException();

    /// <inheritdoc/>
    public void PartialFit(Sample batch) => throw new NotImplementedException();

    /// <summary>The part of a batch's labels that are predicted right.</summary>
    public double Score(Sample batch) => throw new NotImplementedException();

    /// <summary>The class of the highest score, of each row.</summary>
    public void Predict(Sample batch, Span<int> classes) => throw new NotImplementedException();

    /// <summary>Writes the parameters to a <c>.safetensors</c> file.</summary>
    public void Save(string path) => throw new NotImplementedException();

    /// <summary>Takes parameters that <see cref="Save"/> wrote.</summary>
    public void Restore(string path) => throw new NotImplementedException();

    /// <summary>Writes the model with the parameters as they are, for inference alone.</summary>
    public void SaveInference(string path) => throw new NotImplementedException();

    /// <summary>Releases graph and parameters.</summary>
    public void Dispose() => throw new NotImplementedException();
}
