using System.Runtime.InteropServices;

namespace Pescador.Fast;

/// <summary><c>pf_api</c> of pescador_fast.h: the functions, in that order.</summary>
[StructLayout(LayoutKind.Sequential)]
internal unsafe struct ApiTable
{
    internal const uint CurrentVersion = 1;

    internal uint Version;
    internal uint Size;
    internal delegate* unmanaged[Cdecl]<byte*, nuint, byte*, nuint, ulong*, int> OpenStream;
    internal delegate* unmanaged[Cdecl]<ulong, int, BatchInfo*, int> Next;
    internal delegate* unmanaged[Cdecl]<ulong, int> Cancel;
    internal delegate* unmanaged[Cdecl]<ulong, int> CloseStream;
    internal delegate* unmanaged[Cdecl]<ulong, void**, nuint*, int> Save;
    internal delegate* unmanaged[Cdecl]<ulong, void**, nuint*, int> Counters;
    internal delegate* unmanaged[Cdecl]<void*, int> FreeBuffer;
    internal delegate* unmanaged[Cdecl]<ulong, BatchInfo*, int> DescribeBatch;
    internal delegate* unmanaged[Cdecl]<ulong, uint, TensorInfo*, int> DescribeTensor;
    internal delegate* unmanaged[Cdecl]<ulong, byte*, nuint, uint*, int> FindTensor;
    internal delegate* unmanaged[Cdecl]<ulong, uint, uint, void**, int> ExportTensor;
    internal delegate* unmanaged[Cdecl]<ulong, int> ReleaseBatch;
    internal delegate* unmanaged[Cdecl]<byte*> LastError;
    internal delegate* unmanaged[Cdecl]<nint, nint, nint, nint, nint, int> UsePython;
    internal delegate* unmanaged[Cdecl]<ulong, uint, uint, void*> ExportCapsule;
}
