using System.Runtime.InteropServices;

namespace Pescador.Fast;

/// <summary><c>pf_batch_info</c> of pescador_fast.h.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct BatchInfo
{
    internal ulong Batch;
    internal ulong Form;
    internal long Rows;
    internal uint TensorCount;
    internal uint Reserved;
}
