using System.Diagnostics.CodeAnalysis;

namespace Pescador.Fast;

/// <summary>
/// A dictionary from name to tensor: <c>sample["X"].Memory</c>. A batch is a sample whose tensors have a leading axis.
/// Whoever receives one from a stream owns it and disposes it once, through any copy of this handle; a second Dispose does
/// nothing, any other later use of any copy throws <see cref="ObjectDisposedException"/>. Memory and spans taken from it before are
/// the caller's to drop.
/// </summary>
public readonly struct Sample : IDisposable, IEquatable<Sample>
{
    // A struct of 16 bytes, because a pooled class cannot keep the promise: a stale reference would dispose its successor.
    private readonly SampleCore? _core;
    private readonly long _generation;

    internal Sample(SampleCore core)
    {
        _core = core;
        _generation = core.Generation;
    }

    /// <summary>Whether this is <c>default</c>, which is no sample.</summary>
    public bool IsDefault => _core is null;

    /// <summary>Whether it was disposed, through whichever copy.</summary>
    public bool IsDisposed => _core is not null && !_core.IsAlive(_generation);

    /// <summary>Names, element types and shapes.</summary>
    public SampleSpec Spec => Core.Spec;

    /// <summary>How many tensors there are.</summary>
    public int Count => Core.Spec.Count;

    /// <summary>The tensor of that name.</summary>
    /// <exception cref="KeyNotFoundException">There is none; the message names those there are.</exception>
    /// <exception cref="ObjectDisposedException">The sample is disposed.</exception>
    public TensorView this[string name]
    {
        get
        {
            SampleCore core = Core;
            return new TensorView(core, _generation, core.Spec.IndexOf(name));
        }
    }

    /// <summary>The tensor at that place of the <see cref="Spec"/>.</summary>
    /// <exception cref="ArgumentOutOfRangeException">There is none.</exception>
    /// <exception cref="ObjectDisposedException">The sample is disposed.</exception>
    public TensorView this[int index]
    {
        get
        {
            SampleCore core = Core;
            ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)index, (uint)core.Spec.Count, nameof(index));
            return new TensorView(core, _generation, index);
        }
    }

    /// <summary>Length of the first axis, which all tensors of a batch share; null when there are no tensors.</summary>
    /// <exception cref="DataException">The tensors disagree, or one is a scalar and has no axis.</exception>
    public nint? Length
    {
        get
        {
            nint? length = null;
            foreach (TensorSpec tensor in Core.Spec.Tensors)
            {
                if (tensor.Shape.IsEmpty)
                {
                    throw new DataException($"Tensor '{tensor.Name}' is a scalar, so the sample {Spec} has no length.");
                }

                length ??= tensor.Shape[0];
                if (tensor.Shape[0] != length)
                {
                    throw new DataException($"Tensor '{tensor.Name}' has {tensor.Shape[0]} rows where '{Spec[0].Name}' has {length}.");
                }
            }

            return length;
        }
    }

    /// <summary>A view of arrays: nothing is copied, and disposing ends the handle only.</summary>
    /// <param name="tensors">Name and data of each tensor.</param>
    public static Sample Of(params ReadOnlySpan<(string Name, TensorData Data)> tensors)
    {
        var specs = new TensorSpec[tensors.Length];
        var blocks = new TensorBlock[tensors.Length];
        for (int i = 0; i < tensors.Length; i++)
        {
            ArgumentNullException.ThrowIfNull(tensors[i].Data, nameof(tensors));
            specs[i] = tensors[i].Data.SpecOf(tensors[i].Name);
            blocks[i] = tensors[i].Data.Block(stride: 0);
        }

        return new Sample(new SampleCore(new SampleSpec(specs), blocks));
    }

    /// <summary>Gives back the memory (a rented sample, a batch) or the lease (a view, a cached sample). Again: does nothing.</summary>
    public void Dispose() => _core?.Release(_generation);

    /// <inheritdoc/>
    public bool Equals(Sample other) => ReferenceEquals(_core, other._core) && _generation == other._generation;

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is Sample other && Equals(other);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(_core, _generation);

    /// <summary>The same handle.</summary>
    public static bool operator ==(Sample left, Sample right) => left.Equals(right);

    /// <summary>Another handle.</summary>
    public static bool operator !=(Sample left, Sample right) => !left.Equals(right);

    /// <summary>The spec, or that it is disposed or default.</summary>
    public override string ToString() => IsDefault ? "(default)" : IsDisposed ? "(disposed)" : Spec.ToString();

    internal long Generation => _generation;

    internal SampleCore Core => _core is { } core && core.IsAlive(_generation) ? core : ThrowDead(_core is null);

    [DoesNotReturn]
    internal static void ThrowDisposed() => throw new ObjectDisposedException(
        nameof(Sample), "The sample was disposed; its memory may already hold another. Take what you need before disposing.");

    [DoesNotReturn]
    private static SampleCore ThrowDead(bool isDefault)
    {
        if (isDefault)
        {
            throw new InvalidOperationException("default(Sample) is no sample: it has no tensors.");
        }

        ThrowDisposed();
        return null;
    }
}
