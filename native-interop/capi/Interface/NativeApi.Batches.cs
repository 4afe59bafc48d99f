using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Pescador.Fast;

/// <content>Batches and their tensors.</content>
public static unsafe partial class NativeApi
{
    [UnmanagedCallersOnly(EntryPoint = "pescador_fast_describe_batch", CallConvs = [typeof(CallConvCdecl)])]
    internal static int DescribeBatch(ulong batch, BatchInfo* info)
    {
        try
        {
            *Checked(info) = default;
            *info = LentBatch.InfoOf(batch);
            return (int)ApiCode.Ok;
        }
        catch (Exception error)
        {
            return Pescador.Fast.LastError.Set(error);
        }
    }

    [UnmanagedCallersOnly(EntryPoint = "pescador_fast_describe_tensor", CallConvs = [typeof(CallConvCdecl)])]
    internal static int DescribeTensor(ulong batch, uint index, TensorInfo* info)
    {
        try
        {
            *Checked(info) = default;
            *info = LentBatch.TensorOf(batch, index);
            return (int)ApiCode.Ok;
        }
        catch (Exception error)
        {
            return Pescador.Fast.LastError.Set(error);
        }
    }

    [UnmanagedCallersOnly(EntryPoint = "pescador_fast_find_tensor", CallConvs = [typeof(CallConvCdecl)])]
    internal static int FindTensor(ulong batch, byte* name, nuint nameLength, uint* index)
    {
        try
        {
            *Checked(index) = 0;
            BatchForm form = LentBatch.FormOf(batch);
            ReadOnlySpan<byte> wanted = Bytes(name, nameLength, nameof(name));
            int found = form.Find(wanted);
            *index = found >= 0 ? (uint)found : throw new ArgumentException($"There is no tensor '{System.Text.Encoding.UTF8.GetString(wanted)}'; there are [{form.Names}].");
            return (int)ApiCode.Ok;
        }
        catch (Exception error)
        {
            return Pescador.Fast.LastError.Set(error);
        }
    }

    [UnmanagedCallersOnly(EntryPoint = "pescador_fast_export_tensor", CallConvs = [typeof(CallConvCdecl)])]
    internal static int ExportTensor(ulong batch, uint index, uint options, void** exported)
    {
        try
        {
            if (exported is null)
            {
                throw new ArgumentException("'exported' is null.");
            }

            *exported = null;
            *exported = (void*)LentBatch.Export(batch, index, Checked(options));
            return (int)ApiCode.Ok;
        }
        catch (Exception error)
        {
            return Pescador.Fast.LastError.Set(error);
        }
    }

    [UnmanagedCallersOnly(EntryPoint = "pescador_fast_release_batch", CallConvs = [typeof(CallConvCdecl)])]
    internal static int ReleaseBatch(ulong batch)
    {
        try
        {
            LentBatch.Release(batch);
            return (int)ApiCode.Ok;
        }
        catch (Exception error)
        {
            return Pescador.Fast.LastError.Set(error);
        }
    }

    [UnmanagedCallersOnly(EntryPoint = "pescador_fast_use_python", CallConvs = [typeof(CallConvCdecl)])]
    internal static int UsePython(nint make, nint isValid, nint getPointer, nint addReference, nint none)
    {
        try
        {
            PythonCapsules.Use(make, isValid, getPointer, addReference, none);
            return (int)ApiCode.Ok;
        }
        catch (Exception error)
        {
            return Pescador.Fast.LastError.Set(error);
        }
    }

    [UnmanagedCallersOnly(EntryPoint = "pescador_fast_export_capsule", CallConvs = [typeof(CallConvCdecl)])]
    internal static void* ExportCapsule(ulong batch, uint index, uint options)
    {
        try
        {
            return PythonCapsules.Export(batch, index, Checked(options));
        }
        catch (Exception error)
        {
            _ = Pescador.Fast.LastError.Set(error);
            return PythonCapsules.Nothing();
        }
    }

    private static ExportOptions Checked(uint options) => (options & ~(uint)ExportOptions.All) == 0
        ? (ExportOptions)options
        : throw new ArgumentException($"Expected options out of {(uint)ExportOptions.All}, got {options}.");
}
