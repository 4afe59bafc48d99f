using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Pescador.Fast;

/// <summary>
/// Hands tensors over as DLPack. Each export is one block of memory and, unless it is a copy, one <see cref="NativeLease"/>; its deleter, a C function,
/// ends both. Thread-safe, as the deleter is.
/// </summary>
/// <remarks><code>
/// 0               sizeof       + 8 n        + 16 n
/// | managed struct | shape[n]   | strides[n] |    i64 each, both given for scalars too (n = 0)
/// </code>Source: DLPack 1.0, dlpack.h. Its <c>manager_ctx</c> is the lease's context; 0 in a copy, whose data the deleter frees.</remarks>
internal static unsafe class DlpackExport
{
    private const uint Major = 1;
    private const uint Minor = 0;
    private const nuint Alignment = 64;

    private static long _made;
    private static long _deleted;

    /// <summary>Exports so far.</summary>
    internal static long Made => Volatile.Read(ref _made);

    /// <summary>How many of them were deleted.</summary>
    internal static long Deleted => Volatile.Read(ref _deleted);

    /// <summary>Exports a tensor.</summary>
    /// <returns>A struct whose deleter the consumer calls, once; the sample may be disposed before.</returns>
    /// <exception cref="ObjectDisposedException">The sample is disposed.</exception>
    internal static void* Make(TensorView tensor, ExportOptions options)
    {
        TensorSpec spec = tensor.Spec;
        int dimensions = spec.Shape.Length;
        int size = (options & ExportOptions.Versioned) != 0 ? sizeof(VersionedDlpack) : sizeof(ManagedDlpack);

        // Invariant: the block holds the struct and twice so many lengths as the tensor has axes; nothing else is written.
        byte* block = (byte*)NativeMemory.Alloc((nuint)(size + (2 * sizeof(long) * dimensions)));
        nint data;
        nint context;
        try
        {
            (data, context) = (options & ExportOptions.Copy) != 0 ? (Copy(tensor), 0) : Lend(tensor);
        }
        catch
        {
            NativeMemory.Free(block);
            throw;
        }

        long* shape = (long*)(block + size);
        long* strides = shape + dimensions;
        long stride = 1;
        for (int i = dimensions - 1; i >= 0; i--)
        {
            shape[i] = spec.Shape[i];
            strides[i] = stride;
            stride *= Math.Max(1, spec.Shape[i]);
        }

        bool isBytes = spec.ElementType == ElementType.Bool && (options & ExportOptions.BytesForBool) != 0;
        var form = new DlpackTensor
        {
            Data = (void*)data,
            DeviceType = DlpackTensor.Cpu,
            Dimensions = dimensions,
            ElementType = DlpackType.Of(isBytes ? ElementType.UInt8 : spec.ElementType),
            Shape = shape,
            Strides = strides,
        };
        if ((options & ExportOptions.Versioned) != 0)
        {
            *(VersionedDlpack*)block = new VersionedDlpack
            {
                Major = Major,
                Minor = Minor,
                Context = context,
                Deleter = &DeleteVersioned,
                Flags = context == 0 ? VersionedDlpack.IsCopied : 0,
                Tensor = form,
            };
        }
        else
        {
            *(ManagedDlpack*)block = new ManagedDlpack { Tensor = form, Context = context, Deleter = &Delete };
        }

        Interlocked.Increment(ref _made);
        return block;
    }

    private static (nint Data, nint Context) Lend(TensorView tensor)
    {
        NativeLease lease = NativeLease.Take(tensor.Pin());
        return (lease.Address, lease.Context);
    }

    private static nint Copy(TensorView tensor)
    {
        nint length = tensor.Spec.LengthInBytes;

        // Invariant: as many bytes are copied as were allocated; one at least, so that there is an address.
        byte* copy = (byte*)NativeMemory.AlignedAlloc((nuint)Math.Max(1, length), Alignment);
        TensorBlock.Copy(ref tensor.FirstByte, ref *copy, length);
        return (nint)copy;
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static void Delete(ManagedDlpack* exported)
    {
        if (exported is not null)
        {
            End(exported, exported->Context, exported->Tensor.Data);
        }
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static void DeleteVersioned(VersionedDlpack* exported)
    {
        if (exported is not null)
        {
            End(exported, exported->Context, exported->Tensor.Data);
        }
    }

    // Invariant: the block came from Make, and its consumer calls the deleter once, as DLPack says. Nothing here throws: the release function does not.
    private static void End(void* block, nint context, void* data)
    {
        NativeMemory.Free(block);
        if (context == 0)
        {
            NativeMemory.AlignedFree(data);
        }
        else
        {
            ((delegate* unmanaged[Cdecl]<nint, void>)NativeLease.ReleaseFunction)(context);
        }

        Interlocked.Increment(ref _deleted);
    }
}
