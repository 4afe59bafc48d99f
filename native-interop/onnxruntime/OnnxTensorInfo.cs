using System.Text;

namespace Pescador.Fast;

/// <summary>What a graph takes or gives under a name. Immutable.</summary>
public sealed class OnnxTensorInfo
{
    /// <summary>Stands for an axis of fixed length, or one that has no name, in place of a symbol's number.</summary>
    internal const int NoSymbol = -1;

    private readonly int _code;
    private readonly OnnxDimension[] _dimensions;
    private readonly int[] _symbols;
    private readonly byte[] _nativeName; // pinned

    /// <summary>Made by the session that it is of.</summary>
    /// <param name="name">In the graph.</param>
    /// <param name="code">Of the element type; negative when it is no tensor.</param>
    /// <param name="dimensions">The axes.</param>
    /// <param name="symbols">Number of each axis's symbol within the session, or <see cref="NoSymbol"/>.</param>
    internal OnnxTensorInfo(string name, int code, OnnxDimension[] dimensions, int[] symbols)
    {
        (Name, _code, _dimensions, _symbols) = (name, code, dimensions, symbols);
        ElementType = OrtElement.Of(code);
        _nativeName = GC.AllocateArray<byte>(Encoding.UTF8.GetByteCount(name) + 1, pinned: true);
        Encoding.UTF8.GetBytes(name, _nativeName);
    }

    /// <summary>Its name in the graph.</summary>
    public string Name { get; }

    /// <summary>Of its elements; null where they are of a type that samples cannot hold, or it is no tensor at all.</summary>
    public ElementType? ElementType { get; }

    /// <summary>Its axes; none for a scalar.</summary>
    public ReadOnlySpan<OnnxDimension> Dimensions => _dimensions;

    /// <summary>Element type and shape, as in <c>float32[n,64]</c>.</summary>
    internal string Form => _code < 0 ? "no tensor" : $"{OrtElement.NameOf(_code)}[{string.Join(',', _dimensions)}]";

    internal ReadOnlySpan<int> Symbols => _symbols;

    /// <summary>Address of the name as C has it; good as long as this object is.</summary>
    internal unsafe nint NativeName
    {
        get
        {
            // Invariant: the array is pinned, so its address stays what it is.
            fixed (byte* first = _nativeName)
            {
                return (nint)first;
            }
        }
    }

    /// <summary>The form as a tensor's spec, where every axis has a length.</summary>
    internal TensorSpec? FixedSpec =>
        ElementType is { } type && Array.TrueForAll(_dimensions, static dimension => dimension.Length is not null)
            ? new TensorSpec(Name, type, Array.ConvertAll(_dimensions, static dimension => dimension.Length ?? 0))
            : null;

    /// <summary>As in <c>X float32[n,64]</c>.</summary>
    public override string ToString() => $"{Name} {Form}";
}
