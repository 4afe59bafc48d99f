using System.Runtime.InteropServices;

namespace Pescador.Fast;

/// <summary>DLPack's <c>DLManagedTensor</c>, of before 1.0.</summary>
[StructLayout(LayoutKind.Sequential)]
internal unsafe struct ManagedDlpack
{
    internal DlpackTensor Tensor;
    internal nint Context;
    internal delegate* unmanaged[Cdecl]<ManagedDlpack*, void> Deleter;
}
