namespace Pescador.Fast;

/// <summary>
/// A sample as Keras takes it: inputs and outputs. It owns the sample and is disposed in its place: once, through any copy.
/// </summary>
public readonly struct KerasTuple : IDisposable, IEquatable<KerasTuple>
{
    private readonly Form? _form;

    internal KerasTuple(Sample sample, Form form)
    {
        Sample = sample;
        _form = form;
    }

    /// <summary>The sample that the tensors are of.</summary>
    public Sample Sample { get; }

    /// <summary>What the model is given.</summary>
    public KerasPart Inputs => _form is null ? default : new KerasPart(Sample, _form.Inputs);

    /// <summary>What it is to answer.</summary>
    public KerasPart Outputs => _form is null ? default : new KerasPart(Sample, _form.Outputs);

    /// <summary>Takes it apart, as in <c>(KerasPart x, KerasPart y) = tuple</c>; the tuple stays to be disposed.</summary>
    public void Deconstruct(out KerasPart inputs, out KerasPart outputs)
    {
        inputs = Inputs;
        outputs = Outputs;
    }

    /// <summary>Ends the sample.</summary>
    /// <inheritdoc cref="Sample.Dispose"/>
    public void Dispose() => Sample.Dispose();

    /// <inheritdoc/>
    public bool Equals(KerasTuple other) => Sample == other.Sample && ReferenceEquals(_form, other._form);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is KerasTuple other && Equals(other);

    /// <inheritdoc/>
    public override int GetHashCode() => Sample.GetHashCode();

    /// <summary>The same handle under the same keys.</summary>
    public static bool operator ==(KerasTuple left, KerasTuple right) => left.Equals(right);

    /// <summary>Another handle, or other keys.</summary>
    public static bool operator !=(KerasTuple left, KerasTuple right) => !left.Equals(right);

    /// <summary>What all tuples of a streamer share.</summary>
    internal sealed record Form(KerasKeys Inputs, KerasKeys Outputs);
}
