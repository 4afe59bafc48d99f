using System.Collections;
using System.Diagnostics.CodeAnalysis;

namespace Pescador.Fast;

/// <summary>
/// The inputs or the outputs of a <see cref="KerasTuple"/>: the tensor where a string was asked for, a list of tensors where a collection
/// was, nothing where nothing was. A view: the tuple is disposed, not its parts.
/// </summary>
[SuppressMessage("Performance", "CA1815", Justification = "A view is used, not compared.")]
[SuppressMessage("Naming", "CA1710", Justification = "A part is not always a list.")]
public readonly struct KerasPart : IReadOnlyList<TensorView>
{
    private readonly TensorTuple _tensors;

    internal KerasPart(Sample sample, KerasKeys keys)
    {
        _tensors = new TensorTuple(sample, keys.Names);
        IsList = keys.IsList;
    }

    /// <summary>Whether nothing was asked for: what is null in pescador.</summary>
    public bool IsNone => _tensors.Count == 0;

    /// <summary>Whether it is a list, also of one.</summary>
    public bool IsList { get; }

    /// <summary>How many tensors there are.</summary>
    public int Count => _tensors.Count;

    /// <summary>The tensor, where a string was asked for.</summary>
    /// <exception cref="InvalidOperationException">It is a list, or nothing.</exception>
    /// <exception cref="ObjectDisposedException">The tuple is disposed.</exception>
    public TensorView Tensor => !IsList && !IsNone
        ? _tensors[0]
        : throw new InvalidOperationException(
            IsNone ? "No tensor was asked for here." : $"This is a list of {Count} tensors; take them by index.");

    /// <summary>The tensor of the key at that place.</summary>
    /// <exception cref="ArgumentOutOfRangeException">There is none.</exception>
    /// <exception cref="ObjectDisposedException">The tuple is disposed.</exception>
    public TensorView this[int index] => _tensors[index];

    /// <summary>Enumerates the tensors, in order.</summary>
    public TensorTuple.Enumerator GetEnumerator() => _tensors.GetEnumerator();

    IEnumerator<TensorView> IEnumerable<TensorView>.GetEnumerator() => GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
}
