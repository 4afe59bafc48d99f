using System.Runtime.InteropServices;

namespace Pescador.Fast;

/// <summary>DLPack's <c>DLManagedTensorVersioned</c>, of 1.0 and later.</summary>
[StructLayout(LayoutKind.Sequential)]
internal unsafe struct VersionedDlpack
{
    internal const ulong IsCopied = 2;

    internal uint Major;
    internal uint Minor;
    internal nint Context;
    internal delegate* unmanaged[Cdecl]<VersionedDlpack*, void> Deleter;
    internal ulong Flags;
    internal DlpackTensor Tensor;
}
