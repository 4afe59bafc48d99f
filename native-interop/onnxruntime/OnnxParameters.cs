namespace Pescador.Fast;

/// <summary>A graph's parameters: two sets of aligned memory, one to read and one to write, that change places after each step. Whoever made it disposes it.</summary>
internal sealed class OnnxParameters : IDisposable
{
    private const string Twin = ".next";

    private readonly SlabPool _pool;
    private readonly Sample[] _sets = new Sample[2];
    private readonly OnnxValue[][] _values = [[], []];
    private readonly OnnxTensorInfo[] _inputs;
    private readonly OnnxTensorInfo[] _outputs;
    private int _current;

    /// <summary>Finds a graph's parameters.</summary>
    /// <exception cref="PescadorException">There are none, or one is not as it must be.</exception>
    internal OnnxParameters(OnnxSession session)
    {
        foreach (OnnxTensorInfo output in session.Outputs)
        {
            if (output.Name.EndsWith(Twin, StringComparison.Ordinal) && session.FindInput(output.Name[..^Twin.Length]) is null)
            {
                throw Error(session, $"gives '{output.Name}' but takes no '{output.Name[..^Twin.Length]}'");
            }
        }

        foreach (OnnxTensorInfo input in session.Inputs)
        {
            if (session.FindOutput(input.Name + Twin) is not null)
            {
                throw Error(session, $"has a parameter {input} without an initializer of that name, so it has no first value");
            }
        }

        _inputs = [.. session.Initializers.ToArray().Where(input => session.FindOutput(input.Name + Twin) is not null)];
        _outputs = Array.ConvertAll(_inputs, input => session.FindOutput(input.Name + Twin) ?? input); // found a line above
        if (_inputs.Length == 0)
        {
            throw Error(session, $"has no parameter: no initializer 'w' that is an input, with an output 'w{Twin}'");
        }

        Spec = new SampleSpec(_inputs.Zip(_outputs, (input, output) => FormOf(session, input, output)).ToArray());
        _pool = new SlabPool(Spec, slabCount: 2);
        for (int set = 0; set < _sets.Length; set++)
        {
            Sample sample = _sets[set] = _pool.Rent();
            _values[set] = [.. Enumerable.Range(0, Spec.Count).Select(i => OnnxValue.Over(sample[i]))];
        }
    }

    /// <summary>Names, element types and shapes.</summary>
    internal SampleSpec Spec { get; }

    /// <summary>Whether a step starts from the values here; until one was made, the graph's own hold.</summary>
    internal bool AreSet { get; private set; }

    /// <summary>Whether the values can be read here.</summary>
    internal bool AreKnown { get; private set; }

    /// <summary>The values as they are.</summary>
    internal Sample Current => _sets[_current];

    /// <summary>Gives a call the values to start from, unless the graph's own are to hold.</summary>
    internal void Take(OnnxCall call)
    {
        for (int i = 0; AreSet && i < _inputs.Length; i++)
        {
            call.Take(_inputs[i], _values[_current][i].Handle);
        }
    }

    /// <summary>Gives another graph's call those of the values that it knows by name.</summary>
    internal void Take(OnnxCall call, ReadOnlySpan<OnnxTensorInfo> inputs)
    {
        foreach (OnnxTensorInfo input in inputs)
        {
            int index = Spec.Find(input.Name);
            if (index >= 0)
            {
                call.Take(input, _values[_current][index].Handle);
            }
        }
    }

    /// <summary>Has a call write the next values.</summary>
    internal void Give(OnnxCall call)
    {
        for (int i = 0; i < _outputs.Length; i++)
        {
            call.Give(_outputs[i], _values[1 - _current][i].Handle);
        }
    }

    /// <summary>What was written holds from now on.</summary>
    internal void Advance()
    {
        _current = 1 - _current;
        AreSet = AreKnown = true;
    }

    /// <summary>What was written are the graph's own values, but for those of the optimiser's that it begins with, which are 0.</summary>
    /// <param name="weights">What is not the optimiser's.</param>
    internal void TakeFirst(SampleSpec weights)
    {
        _current = 1 - _current;
        AreKnown = true;
        for (int i = 0; i < Spec.Count; i++)
        {
            if (!weights.Contains(Spec[i].Name))
            {
                Current[i].Span<float>().Clear();
            }
        }
    }

    /// <summary>Takes other values; they hold once all of them are there.</summary>
    /// <param name="fill">Fills a sample of the spec.</param>
    internal void Set(Action<Sample> fill)
    {
        fill(_sets[1 - _current]);
        Advance();
    }

    public void Dispose()
    {
        foreach (OnnxValue value in _values.SelectMany(static values => values))
        {
            value.Dispose();
        }

        _sets[0].Dispose();
        _sets[1].Dispose();
        _pool.Dispose();
    }

    private static TensorSpec FormOf(OnnxSession session, OnnxTensorInfo input, OnnxTensorInfo output)
    {
        TensorSpec form = input.FixedSpec ?? throw Error(session, $"has a parameter {input}, whose form is not fixed");

        // An output may leave lengths open: ONNX Runtime holds what it writes against the memory it is given.
        bool isTwin = output.ElementType == input.ElementType && output.Dimensions.Length == input.Dimensions.Length;
        for (int axis = 0; isTwin && axis < form.Shape.Length; axis++)
        {
            isTwin = output.Dimensions[axis].Length is not { } length || length == form.Shape[axis];
        }

        return isTwin ? form : throw Error(session, $"takes {input} but gives {output}: a parameter's next value has its form");
    }

    private static PescadorException Error(OnnxSession session, string what) =>
        new($"The graph '{session.Name}' {what}. A training step takes each parameter 'w' (with an initializer) and gives 'w{Twin}' and 'loss'.");
}
