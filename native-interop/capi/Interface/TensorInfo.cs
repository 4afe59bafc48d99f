using System.Runtime.InteropServices;

namespace Pescador.Fast;

/// <summary><c>pf_tensor_info</c> of pescador_fast.h.</summary>
[StructLayout(LayoutKind.Sequential)]
internal unsafe struct TensorInfo
{
    internal byte* Name;
    internal void* Data;
    internal long* Shape;
    internal long LengthInBytes;
    internal int Dimensions;
    internal DlpackType ElementType;
}
