namespace Pescador.Fast;

/// <summary>One run in the making: inputs and outputs, each checked as it is added. Used over and over, by one run at a time.</summary>
internal sealed class OnnxCall(OnnxSession session)
{
    private readonly OnnxBinding _inputs = new(session.Library, session.Inputs.Length + session.Initializers.Length);
    private readonly OnnxBinding _outputs = new(session.Library, session.Outputs.Length);

    /// <summary>What the run's symbols stand for.</summary>
    internal OnnxForms Forms { get; } = session.Forms();

    /// <summary>Takes what the graph needs or may be given, out of a sample.</summary>
    internal void TakeInputs(Sample sample)
    {
        foreach (OnnxTensorInfo input in session.Inputs)
        {
            TakeInput(sample, input);
        }

        foreach (OnnxTensorInfo initializer in session.Initializers)
        {
            int index = sample.Spec.Find(initializer.Name);
            if (index >= 0)
            {
                Take(initializer, sample[index]);
            }
        }
    }

    /// <summary>Takes one input out of a sample.</summary>
    /// <exception cref="KeyNotFoundException">It is not there.</exception>
    internal void TakeInput(Sample sample, OnnxTensorInfo input)
    {
        int index = sample.Spec.Find(input.Name);
        Take(input, index >= 0 ? sample[index] : throw new KeyNotFoundException(
            $"Tensor '{input.Name}' is missing: the graph '{session.Name}' takes {input}, there are [{sample.Spec.Names}]."));
    }

    internal void Take(OnnxTensorInfo input, TensorView tensor)
    {
        TensorSpec taken = Forms.TakenAs(input, tensor.Spec);
        Forms.Check(input, taken, "takes");
        _inputs.Add(input, tensor, taken);
    }

    /// <summary>Takes a value that was checked against the graph when it was made.</summary>
    internal void Take(OnnxTensorInfo input, nint value) => _inputs.Add(input, value);

    internal void Take(TensorSpec spec, nint value)
    {
        OnnxTensorInfo input = session.FindInput(spec.Name) ?? throw Unknown(spec, "takes", session.Inputs);
        Forms.Check(input, spec, "takes");
        AddOnce(_inputs, input, value);
    }

    internal void Give(OnnxTensorInfo output, TensorView tensor)
    {
        Forms.Check(output, tensor.Spec, "gives");
        _outputs.Add(output, tensor, tensor.Spec);
    }

    internal void Give(TensorView tensor) => Give(OutputOf(tensor.Spec), tensor);

    internal void Give(TensorSpec spec, nint value)
    {
        OnnxTensorInfo output = OutputOf(spec);
        Forms.Check(output, spec, "gives");
        AddOnce(_outputs, output, value);
    }

    /// <summary>Has a value written whose form was checked against the graph when it was made.</summary>
    internal void Give(OnnxTensorInfo output, nint value) => _outputs.Add(output, value);

    internal void Run()
    {
        // ONNX Runtime would name the missing one, too, but not what is there.
        foreach (OnnxTensorInfo input in session.Inputs)
        {
            if (!_inputs.Names.Contains(input.NativeName))
            {
                throw new KeyNotFoundException($"Tensor '{input.Name}' is missing: the graph '{session.Name}' takes {input}.");
            }
        }

        session.Run(_inputs, _outputs);
    }

    internal void Clear()
    {
        _inputs.Clear();
        _outputs.Clear();
        Forms.Begin();
    }

    private void AddOnce(OnnxBinding binding, OnnxTensorInfo info, nint value)
    {
        if (binding.Names.Contains(info.NativeName))
        {
            throw new ArgumentException($"Two values have the name '{info.Name}'; the graph '{session.Name}' has one of it.");
        }

        binding.Add(info, value);
    }

    private OnnxTensorInfo OutputOf(TensorSpec spec) => session.FindOutput(spec.Name) ?? throw Unknown(spec, "gives", session.Outputs);

    private KeyNotFoundException Unknown(TensorSpec spec, string verb, ReadOnlySpan<OnnxTensorInfo> known) =>
        new($"There is no tensor '{spec.Name}' that the graph '{session.Name}' {verb}; it {verb} [{string.Join(", ", (object[])known.ToArray())}].");
}
