namespace Pescador.Fast;

/// <summary>A graph, loaded and ready to run. Runs may overlap on several threads. Whoever opened it disposes it.</summary>
/// <remarks>Nothing is copied on the way into the graph or out of it: ONNX Runtime reads the inputs where they lie and writes the outputs where they are to be.
/// Before a run every tensor is held against the form that the graph declares.</remarks>
public sealed class OnnxSession : IDisposable
{
    private readonly OnnxSessionHandle _handle;
    private readonly OnnxTensorInfo[] _inputs;
    private readonly OnnxTensorInfo[] _initializers;
    private readonly OnnxTensorInfo[] _outputs;
    private readonly int _symbolCount;
    private readonly string _failure; // made once: a run that succeeds must allocate nothing
    private OnnxCall? _spare;

    private OnnxSession(OnnxLibrary library, OnnxSessionHandle handle, string name)
    {
        (Library, _handle, Name, _failure) = (library, handle, name, $"The graph '{name}'");
        try
        {
            var reader = new OnnxGraphReader(library, handle.DangerousGetHandle(), name); // nobody else has the handle yet
            (_inputs, _initializers, _outputs) = (reader.Inputs(), reader.Initializers(), reader.Outputs());
            _symbolCount = reader.SymbolCount;
            Recipe = reader.Metadata(OnnxTrainingGraph.MetadataKey);
        }
        catch
        {
            handle.Dispose();
            throw;
        }
    }

    /// <summary>The file's name, or what it was called.</summary>
    public string Name { get; }

    /// <summary>What the graph must be given.</summary>
    public ReadOnlySpan<OnnxTensorInfo> Inputs => _inputs;

    /// <summary>What the graph may be given in place of values of its own.</summary>
    public ReadOnlySpan<OnnxTensorInfo> Initializers => _initializers;

    /// <summary>What the graph gives.</summary>
    public ReadOnlySpan<OnnxTensorInfo> Outputs => _outputs;

    internal OnnxLibrary Library { get; }

    /// <summary>What <see cref="OnnxTrainingGraph"/> wrote into the file about itself, if it did.</summary>
    internal string? Recipe { get; }

    /// <summary>Loads a graph.</summary>
    /// <param name="path">Of the <c>.onnx</c> file.</param>
    /// <param name="options">Threads and optimisation.</param>
    /// <exception cref="ArgumentException">The path is empty or has a zero character.</exception>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="NativeLibraryException">ONNX Runtime is not available.</exception>
    /// <exception cref="PescadorException">The file is no graph that ONNX Runtime can run; with its words and the path.</exception>
    public static OnnxSession Open(string path, OnnxSessionOptions? options = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        if (path.Contains('\0'))
        {
            throw new ArgumentException("A path has no zero character: what follows it would not be read.", nameof(path));
        }

        OnnxLibrary library = OnnxRuntime.Library;
        return File.Exists(path)
            ? new OnnxSession(library, OnnxSessionLoader.Load(library, path, options), Path.GetFileName(path))
            : throw new FileNotFoundException($"There is no graph '{path}'.", path);
    }

    /// <summary>Loads a graph from memory, which is not needed any more afterwards.</summary>
    /// <param name="model">The bytes of an <c>.onnx</c> file.</param>
    /// <param name="name">For messages.</param>
    /// <param name="options">Threads and optimisation.</param>
    /// <inheritdoc cref="Open(string, OnnxSessionOptions?)"/>
    public static OnnxSession Open(ReadOnlySpan<byte> model, string name = "model", OnnxSessionOptions? options = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        OnnxLibrary library = OnnxRuntime.Library;
        return new OnnxSession(library, OnnxSessionLoader.Load(library, model, name, options), name);
    }

    /// <summary>Runs the graph from tensors into tensors, found by name in two samples; nothing is copied.</summary>
    /// <param name="inputs">All of <see cref="Inputs"/>, and any of <see cref="Initializers"/>; what the graph does not know is left aside.</param>
    /// <param name="outputs">Some of <see cref="Outputs"/>; written where they lie. Another run, or the inputs, must not use their memory.</param>
    /// <exception cref="KeyNotFoundException">An input is missing, or an output is none of the graph's.</exception>
    /// <exception cref="DataException">An element type or shape is not the graph's.</exception>
    /// <exception cref="PescadorException">ONNX Runtime failed; with its words.</exception>
    /// <exception cref="ObjectDisposedException">The session or a sample is disposed.</exception>
    public void Run(Sample inputs, Sample outputs)
    {
        OnnxCall call = TakeCall();
        try
        {
            call.TakeInputs(inputs);
            for (int i = 0; i < outputs.Count; i++)
            {
                call.Give(outputs[i]);
            }

            call.Run();
        }
        finally
        {
            call.Clear();
            _spare = call;
        }
    }

    /// <summary>Runs the graph from values into values; nothing is copied.</summary>
    /// <param name="inputs">Each under its <see cref="OnnxValue.Spec"/>'s name; none that the graph does not know.</param>
    /// <param name="outputs">Likewise.</param>
    /// <inheritdoc cref="Run(Sample, Sample)"/>
    public void Run(ReadOnlySpan<OnnxValue> inputs, ReadOnlySpan<OnnxValue> outputs)
    {
        OnnxCall call = TakeCall();
        int held = 0;
        try
        {
            foreach (OnnxValue input in inputs)
            {
                nint value = input.Hold();
                held++;
                call.Take(input.Spec, value);
            }

            foreach (OnnxValue output in outputs)
            {
                nint value = output.Hold();
                held++;
                call.Give(output.Spec, value);
            }

            call.Run();
        }
        finally
        {
            for (int i = 0; i < held; i++)
            {
                (i < inputs.Length ? inputs[i] : outputs[i - inputs.Length]).Drop();
            }

            call.Clear();
            _spare = call;
        }
    }

    /// <summary>Releases the graph, once no run uses it any more. Again: does nothing.</summary>
    public void Dispose() => _handle.Dispose();

    internal OnnxForms Forms() => new(Name, _symbolCount);

    /// <summary>The place for a run's values, one run at a time.</summary>
    internal OnnxCall Call() => new(this);

    internal OnnxTensorInfo? FindOutput(string name) => Find(_outputs, name);

    internal OnnxTensorInfo? FindInput(string name) => Find(_inputs, name) ?? Find(_initializers, name);

    internal unsafe void Run(OnnxBinding inputs, OnnxBinding outputs)
    {
        ObjectDisposedException.ThrowIf(_handle.IsClosed, this);
        bool isHeld = false;
        try
        {
            _handle.DangerousAddRef(ref isHeld);

            // Invariant: the bindings hold the values, the session's descriptions the names, and isHeld the session until the call returns.
            fixed (nint* inputNames = inputs.Names, inputValues = inputs.Values, outputNames = outputs.Names, outputValues = outputs.Values)
            {
                Library.Check(
                    ((delegate* unmanaged<nint, nint, nint*, nint*, nuint, nint*, nuint, nint*, nint>)Library[OrtIndex.Run])(
                        _handle.DangerousGetHandle(), 0, inputNames, inputValues, (nuint)inputs.Count, outputNames, (nuint)outputs.Count, outputValues),
                    _failure);
            }

            GC.KeepAlive(this);
        }
        finally
        {
            if (isHeld)
            {
                _handle.DangerousRelease();
            }
        }
    }

    // A loop, because a lambda would allocate in every run.
    private static OnnxTensorInfo? Find(OnnxTensorInfo[] infos, string name)
    {
        foreach (OnnxTensorInfo info in infos)
        {
            if (info.Name == name)
            {
                return info;
            }
        }

        return null;
    }

    private OnnxCall TakeCall()
    {
        ObjectDisposedException.ThrowIf(_handle.IsClosed, this);
        return Interlocked.Exchange(ref _spare, null) ?? Call();
    }
}
