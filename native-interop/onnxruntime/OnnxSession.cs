namespace Pescador.Fast;

/// <summary>A graph, loaded and ready to run. Runs may overlap on several threads. Whoever opened it disposes it.</summary>
public sealed class OnnxSession : IDisposable
{
    /// <summary>Loads a graph.</summary>
    /// <param name="path">Of the <c>.onnx</c> file.</param>
    /// <param name="options">Threads and optimisation.</param>
    /// <exception cref="NativeLibraryException">ONNX Runtime is not available.</exception>
    /// <exception cref="PescadorException">The file is no graph that ONNX Runtime can run; with its words and the path.</exception>
    public static OnnxSession Open(string path, OnnxSessionOptions? options = null) => throw new NotImplementedException();

    /// <summary>Loads a graph from memory, which is not needed any more afterwards.</summary>
    /// <param name="model">The bytes of an <c>.onnx</c> file.</param>
    /// <param name="name">For messages.</param>
    /// <param name="options">Threads and optimisation.</param>
    /// <inheritdoc cref="Open(string, OnnxSessionOptions?)"/>
    public static OnnxSession Open(ReadOnlySpan<byte> model, string name = "model", OnnxSessionOptions? options = null) => throw new NotImplementedException();

    /// <summary>The file's name, or what it was called.</summary>
    public string Name => throw new NotImplementedException();

    /// <summary>What the graph must be given.</summary>
    public ReadOnlySpan<OnnxTensorInfo> Inputs => throw new NotImplementedException();

    /// <summary>What the graph may be given in place of values of its own.</summary>
    public ReadOnlySpan<OnnxTensorInfo> Initializers => throw new NotImplementedException();

    /// <summary>What the graph gives.</summary>
    public ReadOnlySpan<OnnxTensorInfo> Outputs => throw new NotImplementedException();

    /// <summary>Runs the graph from tensors into tensors, found by name in two samples; nothing is copied.</summary>
    /// <param name="inputs">All of <see cref="Inputs"/>, and any of <see cref="Initializers"/>; what the graph does not know is left aside.</param>
    /// <param name="outputs">Some of <see cref="Outputs"/>; written where they lie.</param>
    /// <exception cref="KeyNotFoundException">An input is missing, or an output is none of the graph's.</exception>
    /// <exception cref="DataException">An element type or shape is not the graph's.</exception>
    /// <exception cref="PescadorException">ONNX Runtime failed; with its words.</exception>
    public void Run(Sample inputs, Sample outputs) => throw new NotImplementedException();

    /// <summary>Runs the graph from values into values; nothing is copied.</summary>
    /// <param name="inputs">Each under its <see cref="OnnxValue.Spec"/>'s name.</param>
    /// <param name="outputs">Likewise.</param>
    /// <inheritdoc cref="Run(Sample, Sample)"/>
    public void Run(ReadOnlySpan<OnnxValue> inputs, ReadOnlySpan<OnnxValue> outputs) => throw new NotImplementedException();

    /// <summary>Releases the graph, once no run uses it any more.</summary>
    public void Dispose() => throw new NotImplementedException();
}
