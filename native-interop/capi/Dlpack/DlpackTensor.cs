using System.Runtime.InteropServices;

namespace Pescador.Fast;

/// <summary>DLPack's <c>DLTensor</c>.</summary>
[StructLayout(LayoutKind.Sequential)]
internal unsafe struct DlpackTensor
{
    internal const int Cpu = 1;

    internal void* Data;
    internal int DeviceType;
    internal int DeviceId;
    internal int Dimensions;
    internal DlpackType ElementType;
    internal long* Shape;
    internal long* Strides; // in elements
    internal ulong ByteOffset;
}
