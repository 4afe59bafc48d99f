using System.Runtime.InteropServices;

namespace Pescador.Fast;

/// <summary>A tensor in memory that is not libtorch's: pescador_torch_memory of shim/pescador_torch.h.</summary>
[StructLayout(LayoutKind.Sequential)]
internal readonly unsafe struct TorchMemory
{
    private readonly nint _address;
    private readonly long* _shape;
    private readonly int _rank;
    private readonly int _elementType;
    private readonly nint _release;
    private readonly nint _context;

    /// <summary>Memory that libtorch gives back when nothing holds it any more, however the call ends.</summary>
    /// <param name="lease">Libtorch's to end from the call on.</param>
    /// <param name="shape">Read during the call only.</param>
    /// <param name="rank">How many lengths.</param>
    /// <param name="elementType">Of the elements.</param>
    internal TorchMemory(NativeLease lease, long* shape, int rank, ElementType elementType)
        : this(lease.Address, shape, rank, elementType) => (_release, _context) = (NativeLease.ReleaseFunction, lease.Context);

    /// <summary>Memory that is good for the call alone.</summary>
    internal TorchMemory(nint address, long* shape, int rank, ElementType elementType)
    {
        _address = address;
        _shape = shape;
        _rank = rank;
        _elementType = (int)elementType;
    }

    /// <summary>Whether libtorch has elements of that type, also in its older versions.</summary>
    internal static bool Supports(ElementType type) => type is not (ElementType.UInt16 or ElementType.UInt32 or ElementType.UInt64);
}
