namespace Pescador.Fast;

/// <summary>One tensor's place in a slab.</summary>
/// <param name="ElementType">Of its elements.</param>
/// <param name="OffsetInBytes">From the slab's base; a multiple of <see cref="SlabLayout.TensorAlignmentInBytes"/>.</param>
/// <param name="LengthInBytes">Of the whole tensor; 0 is allowed.</param>
public readonly record struct SlabRegion(ElementType ElementType, long OffsetInBytes, long LengthInBytes);

/// <summary>How the tensors of a sample or batch lie in one slab.</summary>
/// <remarks><code>
/// 0                     64·k
/// | X[0] X[1] .. X[n-1] pad | Y[0] Y[1] .. Y[n-1] pad |     each region row-major and dense, each starts on 64 bytes
/// </code></remarks>
public sealed class SlabLayout
{
    private readonly SlabRegion[] _regions;

    internal SlabLayout(ReadOnlySpan<(ElementType Type, long LengthInBytes)> tensors)
    {
        _regions = new SlabRegion[tensors.Length];
        long offset = 0;
        for (int i = 0; i < tensors.Length; i++)
        {
            _regions[i] = new SlabRegion(tensors[i].Type, offset, tensors[i].LengthInBytes);
            offset = checked(offset + tensors[i].LengthInBytes + TensorAlignmentInBytes - 1) & -TensorAlignmentInBytes;
        }

        LengthInBytes = Math.Max(offset, TensorAlignmentInBytes);
    }

    /// <summary>Every tensor begins on a multiple of this many bytes: a cache line, and the widest vector.</summary>
    public const long TensorAlignmentInBytes = 64;

    /// <summary>A slab's base is a multiple of this many bytes, as DLPack wishes.</summary>
    public const long BaseAlignmentInBytes = 256;

    /// <summary>The tensors' places, in the order of the spec.</summary>
    public ReadOnlySpan<SlabRegion> Regions => _regions;

    /// <summary>Of the whole slab, in bytes, at least 64.</summary>
    public long LengthInBytes { get; }
}
