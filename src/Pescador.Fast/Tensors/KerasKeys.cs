using System.Collections;
using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Pescador.Fast;

/// <summary>
/// Which tensors are a model's inputs, or its outputs: <c>"X"</c> is one tensor, <c>["X"]</c> a list of one, and nothing (null, an
/// empty collection, default) none.
/// </summary>
[CollectionBuilder(typeof(KerasKeys), nameof(Create))]
[SuppressMessage("Performance", "CA1815", Justification = "Passed on, not compared.")]
[SuppressMessage("Naming", "CA1710", Justification = "Enumerable only so that it can be written as a collection.")]
public readonly struct KerasKeys : IEnumerable<string>
{
    private readonly string[]? _keys;

    private KerasKeys(string[] keys, bool isList)
    {
        _keys = keys;
        IsList = isList;
    }

    /// <summary>Whether it stands for a list, also of one.</summary>
    public bool IsList { get; }

    /// <summary>Whether there is no key.</summary>
    public bool IsNone => _keys is null;

    /// <summary>How many keys there are.</summary>
    public int Count => _keys?.Length ?? 0;

    /// <summary>A list of keys; none when empty.</summary>
    /// <exception cref="ArgumentException">One is null or empty.</exception>
    public static KerasKeys Create(ReadOnlySpan<string> keys) =>
        keys.IsEmpty ? default : new KerasKeys(TensorKeys.Checked(keys.ToArray(), nameof(keys)), isList: true);

    /// <summary>One key, which stands for the tensor itself; none when null.</summary>
    /// <exception cref="ArgumentException">It is empty.</exception>
    public static KerasKeys FromString(string? key) =>
        key is null ? default : new KerasKeys(TensorKeys.Checked([key], nameof(key)), isList: false);

    /// <summary>One key, which stands for the tensor itself; none when null.</summary>
    public static implicit operator KerasKeys(string? key) => FromString(key);

    /// <summary>A list of keys; none when null or empty.</summary>
    public static implicit operator KerasKeys(string[]? keys) => Create(keys);

    /// <summary>A list of keys; none when null or empty.</summary>
    public static implicit operator KerasKeys(List<string>? keys) => Create(CollectionsMarshal.AsSpan(keys));

    /// <summary>Enumerates the keys.</summary>
    public IEnumerator<string> GetEnumerator() => ((IEnumerable<string>)Names).GetEnumerator();

    /// <summary>As it is written in C#: <c>"X"</c>, <c>["X", "Y"]</c> or <c>null</c>.</summary>
    public override string ToString() => IsNone ? "null" : IsList ? $"[{TensorKeys.Quote(Names)}]" : TensorKeys.Quote(Names);

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    internal string[] Names => _keys ?? [];
}
