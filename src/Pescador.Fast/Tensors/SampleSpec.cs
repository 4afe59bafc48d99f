using System.Diagnostics.CodeAnalysis;

namespace Pescador.Fast;

/// <summary>The tensors of a sample: their names, element types and shapes, in order. Immutable; make it once and reuse it.</summary>
public sealed class SampleSpec : IEquatable<SampleSpec>
{
    private static SampleSpec? _lastShared;

    private readonly TensorSpec[] _tensors;
    private readonly int _hash;
    private SlabLayout? _layout;

    /// <summary>A spec of the given tensors.</summary>
    /// <param name="tensors">In the order in which they lie in memory; none is allowed.</param>
    /// <exception cref="ArgumentException">Two have the same name, or one is null.</exception>
    public SampleSpec(params ReadOnlySpan<TensorSpec> tensors)
    {
        _tensors = tensors.ToArray();
        var hash = default(HashCode);
        for (int i = 0; i < _tensors.Length; i++)
        {
            if (_tensors[i] is null)
            {
                throw new ArgumentException($"Tensor {i} is null.", nameof(tensors));
            }

            if (Find(_tensors[i].Name) != i)
            {
                throw new ArgumentException($"Two tensors have the name '{_tensors[i].Name}'.", nameof(tensors));
            }

            hash.Add(_tensors[i]);
            TensorBytes = TensorBytes <= long.MaxValue - _tensors[i].LengthInBytes ? TensorBytes + _tensors[i].LengthInBytes : long.MaxValue;
        }

        _hash = hash.ToHashCode();
    }

    /// <summary>The spec that the last caller had, if it equals this one: thousands of tables of one form then share one, and what is read for each
    /// sample stays in the cache.</summary>
    internal SampleSpec Share()
    {
        SampleSpec? last = Volatile.Read(ref _lastShared);
        if (last is not null && last.Equals(this))
        {
            return last;
        }

        Volatile.Write(ref _lastShared, this);
        return this;
    }

    /// <summary>The tensors, in order.</summary>
    public ReadOnlySpan<TensorSpec> Tensors => _tensors;

    /// <summary>How many tensors there are.</summary>
    public int Count => _tensors.Length;

    /// <summary>The tensor at a place.</summary>
    public TensorSpec this[int index] => _tensors[index];

    /// <summary>How a sample or batch of this form lies in its slab.</summary>
    internal SlabLayout Layout => _layout ??=
        new SlabLayout(Array.ConvertAll(_tensors, tensor => (tensor.ElementType, (long)tensor.LengthInBytes)));

    /// <summary>Of all tensors together, without what lies between them; the largest number where it is more.</summary>
    internal long TensorBytes { get; }

    /// <summary>The place of a tensor.</summary>
    /// <exception cref="KeyNotFoundException">There is none of that name; the message names those there are.</exception>
    public int IndexOf(string name)
    {
        TensorSpec[] tensors = _tensors;
        for (int i = 0; i < tensors.Length; i++)
        {
            if (ReferenceEquals(tensors[i].Name, name))
            {
                return i;
            }
        }

        int index = Find(name);
        return index >= 0 ? index : ThrowMissing(name);
    }

    /// <summary>Whether there is a tensor of that name.</summary>
    public bool Contains(string name) => Find(name) >= 0;

    /// <summary>The form of a batch of <paramref name="rows"/> such samples: each tensor with a leading axis.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Negative.</exception>
    public SampleSpec Stack(nint rows)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(rows);
        return new SampleSpec(Array.ConvertAll(_tensors, tensor => tensor.Stack(rows)));
    }

    /// <summary>What differs, tensor by tensor, as a sentence; null when nothing does. The order may differ.</summary>
    /// <param name="expected">What was to be.</param>
    /// <param name="where">Whose spec this is, as in "sample 7".</param>
    internal string? DifferenceFrom(SampleSpec expected, string where)
    {
        foreach (TensorSpec tensor in expected._tensors)
        {
            int index = Find(tensor.Name);
            if (index < 0)
            {
                return $"tensor '{tensor.Name}' of {where}: expected {tensor.Form}, but there are only [{Names}]";
            }

            if (!_tensors[index].HasFormOf(tensor))
            {
                return $"tensor '{tensor.Name}' of {where}: expected {tensor.Form}, got {_tensors[index].Form}";
            }
        }

        TensorSpec? extra = Array.Find(_tensors, tensor => !expected.Contains(tensor.Name));
        return extra is null ? null : $"tensor '{extra.Name}' of {where}: expected only [{expected.Names}], got {extra.Form} besides";
    }

    /// <inheritdoc/>
    public bool Equals(SampleSpec? other) => other is not null
        && (ReferenceEquals(this, other) || (_hash == other._hash && _tensors.AsSpan().SequenceEqual(other._tensors)));

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as SampleSpec);

    /// <inheritdoc/>
    public override int GetHashCode() => _hash;

    /// <summary>As in <c>{X float32[64,64], Y float32[1]}</c>.</summary>
    public override string ToString() => $"{{{string.Join(", ", (object[])_tensors)}}}";

    internal string Names => string.Join(", ", _tensors.Select(tensor => tensor.Name));

    // A loop, because a lambda would allocate whenever the name is not a literal.
    internal int Find(string name)
    {
        for (int i = 0; i < _tensors.Length; i++)
        {
            if (_tensors[i].Name == name)
            {
                return i;
            }
        }

        return -1;
    }

    [DoesNotReturn]
    private int ThrowMissing(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        throw new KeyNotFoundException($"There is no tensor '{name}'; there are [{Names}].");
    }
}
