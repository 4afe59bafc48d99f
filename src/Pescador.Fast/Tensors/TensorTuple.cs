using System.Collections;
using System.Diagnostics.CodeAnalysis;

namespace Pescador.Fast;

/// <summary>
/// Some tensors of a sample, in the order of the keys that were asked for. It owns the sample and is disposed in its place: once, through
/// any copy.
/// </summary>
[SuppressMessage("Naming", "CA1710", Justification = "The field's word for it; it is a list besides.")]
public readonly struct TensorTuple : IReadOnlyList<TensorView>, IDisposable, IEquatable<TensorTuple>
{
    private readonly string[]? _keys;

    internal TensorTuple(Sample sample, string[] keys)
    {
        Sample = sample;
        _keys = keys;
    }

    /// <summary>The sample that the tensors are of.</summary>
    public Sample Sample { get; }

    /// <summary>How many tensors there are.</summary>
    public int Count => _keys?.Length ?? 0;

    /// <summary>The tensor of the key at that place.</summary>
    /// <exception cref="ArgumentOutOfRangeException">There is none.</exception>
    /// <exception cref="ObjectDisposedException">The tuple is disposed.</exception>
    public TensorView this[int index]
    {
        get
        {
            ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)index, (uint)Count, nameof(index));
            return Sample[_keys![index]]; // not null: there is at least one
        }
    }

    /// <summary>Ends the sample.</summary>
    /// <inheritdoc cref="Sample.Dispose"/>
    public void Dispose() => Sample.Dispose();

    /// <summary>Enumerates the tensors, in order.</summary>
    public Enumerator GetEnumerator() => new(this);

    /// <inheritdoc/>
    public bool Equals(TensorTuple other) => Sample == other.Sample && ReferenceEquals(_keys, other._keys);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is TensorTuple other && Equals(other);

    /// <inheritdoc/>
    public override int GetHashCode() => Sample.GetHashCode();

    /// <summary>The same handle under the same keys.</summary>
    public static bool operator ==(TensorTuple left, TensorTuple right) => left.Equals(right);

    /// <summary>Another handle, or other keys.</summary>
    public static bool operator !=(TensorTuple left, TensorTuple right) => !left.Equals(right);

    IEnumerator<TensorView> IEnumerable<TensorView>.GetEnumerator() => GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    /// <summary>Enumerates the tensors of a tuple.</summary>
    [SuppressMessage("Performance", "CA1815", Justification = "Used, not compared.")]
    public struct Enumerator : IEnumerator<TensorView>
    {
        private readonly TensorTuple _tuple;
        private int _index = -1;

        internal Enumerator(TensorTuple tuple) => _tuple = tuple;

        /// <inheritdoc/>
        public readonly TensorView Current => _tuple[_index];

        /// <inheritdoc/>
        public bool MoveNext() => ++_index < _tuple.Count;

        /// <inheritdoc/>
        public void Reset() => _index = -1;

        /// <summary>Does nothing: the tuple stays its owner's.</summary>
        public readonly void Dispose()
        {
        }

        readonly object IEnumerator.Current => Current;
    }
}
