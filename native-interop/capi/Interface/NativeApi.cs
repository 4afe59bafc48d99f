using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Pescador.Fast;

/// <summary>
/// The C interface, as pescador_fast.h describes it: where programs in other languages come in. Nothing is thrown out of it: every exception becomes a
/// code and a message.
/// </summary>
/// <remarks>Every pointer that a caller gives is checked for null and otherwise believed, as C does: that is the invariant of each function here.
/// Numbers that stand for streams and batches are checked.</remarks>
public static unsafe partial class NativeApi
{
    /// <summary>Fills the table of functions; the one function that a host must find by name.</summary>
    /// <param name="version">Of the table that the caller knows: 1.</param>
    /// <param name="table">A <c>pf_api</c>.</param>
    /// <param name="size">Its size in bytes, as the caller knows it.</param>
    /// <returns>0, or a negative code; then nothing was filled.</returns>
    [UnmanagedCallersOnly(EntryPoint = "pescador_fast_get_api", CallConvs = [typeof(CallConvCdecl)])]
    public static int GetApi(uint version, void* table, uint size)
    {
        if (table is null || version != ApiTable.CurrentVersion || size != sizeof(ApiTable))
        {
            return Pescador.Fast.LastError.Set(
                ApiCode.Argument, $"Expected a table of version {ApiTable.CurrentVersion}, {sizeof(ApiTable)} bytes; got version {version}, {size} bytes, at 0x{(nint)table:x}.");
        }

        *(ApiTable*)table = new ApiTable
        {
            Version = ApiTable.CurrentVersion,
            Size = (uint)sizeof(ApiTable),
            OpenStream = &OpenStream,
            Next = &Next,
            Cancel = &Cancel,
            CloseStream = &CloseStream,
            Save = &Save,
            Counters = &Counters,
            FreeBuffer = &FreeBuffer,
            DescribeBatch = &DescribeBatch,
            DescribeTensor = &DescribeTensor,
            FindTensor = &FindTensor,
            ExportTensor = &ExportTensor,
            ReleaseBatch = &ReleaseBatch,
            LastError = &LastErrorText,
            UsePython = &UsePython,
            ExportCapsule = &ExportCapsule,
        };
        return (int)ApiCode.Ok;
    }

    /// <summary>The message of this thread's last failed call.</summary>
    [UnmanagedCallersOnly(EntryPoint = "pescador_fast_last_error", CallConvs = [typeof(CallConvCdecl)])]
    internal static byte* LastErrorText() => Pescador.Fast.LastError.Text;

    private static T* Checked<T>(T* pointer, [CallerArgumentExpression(nameof(pointer))] string name = "") where T : unmanaged =>
        pointer is not null ? pointer : throw new ArgumentException($"'{name}' is null.");

    private static ReadOnlySpan<byte> Bytes(byte* bytes, nuint length, string name) => length == 0 ? []
        : bytes is null ? throw new ArgumentException($"'{name}' is null, but has {length} bytes.")
        : length > int.MaxValue ? throw new ArgumentException($"'{name}' has {length} bytes; at most {int.MaxValue} are taken.")
        : new ReadOnlySpan<byte>(bytes, (int)length);
}
