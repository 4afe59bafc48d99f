using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Pescador.Fast;

/// <content>Streams.</content>
public static unsafe partial class NativeApi
{
    private static readonly HandleTable<StreamSession> Streams = new(1, "stream");

    [UnmanagedCallersOnly(EntryPoint = "pescador_fast_open", CallConvs = [typeof(CallConvCdecl)])]
    internal static int OpenStream(byte* description, nuint descriptionLength, byte* state, nuint stateLength, ulong* stream)
    {
        try
        {
            *Checked(stream) = 0;
            StreamDescription described = DescriptionReader.Read(Bytes(description, descriptionLength, nameof(description)));
            *stream = Streams.Add(new StreamSession(described, Bytes(state, stateLength, nameof(state))));
            return (int)ApiCode.Ok;
        }
        catch (Exception error)
        {
            return Pescador.Fast.LastError.Set(error);
        }
    }

    [UnmanagedCallersOnly(EntryPoint = "pescador_fast_next", CallConvs = [typeof(CallConvCdecl)])]
    internal static int Next(ulong stream, int timeout, BatchInfo* batch)
    {
        try
        {
            *Checked(batch) = default;
            return (int)Streams.Get(stream).Next(timeout, out *batch);
        }
        catch (Exception error)
        {
            return Pescador.Fast.LastError.Set(error);
        }
    }

    [UnmanagedCallersOnly(EntryPoint = "pescador_fast_cancel", CallConvs = [typeof(CallConvCdecl)])]
    internal static int Cancel(ulong stream)
    {
        try
        {
            Streams.Get(stream).Cancel();
            return (int)ApiCode.Ok;
        }
        catch (Exception error)
        {
            return Pescador.Fast.LastError.Set(error);
        }
    }

    [UnmanagedCallersOnly(EntryPoint = "pescador_fast_close", CallConvs = [typeof(CallConvCdecl)])]
    internal static int CloseStream(ulong stream)
    {
        try
        {
            Streams.Remove(stream).Dispose();
            return (int)ApiCode.Ok;
        }
        catch (Exception error)
        {
            return Pescador.Fast.LastError.Set(error);
        }
    }

    [UnmanagedCallersOnly(EntryPoint = "pescador_fast_save", CallConvs = [typeof(CallConvCdecl)])]
    internal static int Save(ulong stream, void** state, nuint* length)
    {
        try
        {
            Prepare(state, length);
            Give(Streams.Get(stream).Save(), state, length);
            return (int)ApiCode.Ok;
        }
        catch (Exception error)
        {
            return Pescador.Fast.LastError.Set(error);
        }
    }

    [UnmanagedCallersOnly(EntryPoint = "pescador_fast_counters", CallConvs = [typeof(CallConvCdecl)])]
    internal static int Counters(ulong stream, void** text, nuint* length)
    {
        try
        {
            Prepare(text, length);
            Give(Streams.Get(stream).Counters.ToJson(), text, length);
            return (int)ApiCode.Ok;
        }
        catch (Exception error)
        {
            return Pescador.Fast.LastError.Set(error);
        }
    }

    [UnmanagedCallersOnly(EntryPoint = "pescador_fast_free_buffer", CallConvs = [typeof(CallConvCdecl)])]
    internal static int FreeBuffer(void* buffer)
    {
        try
        {
            if (buffer is not null)
            {
                OwnedBuffers.Free((nint)buffer);
            }

            return (int)ApiCode.Ok;
        }
        catch (Exception error)
        {
            return Pescador.Fast.LastError.Set(error);
        }
    }

    // So that who ignores an error finds nothing.
    private static void Prepare(void** buffer, nuint* length)
    {
        if (buffer is null)
        {
            throw new ArgumentException("The pointer to the buffer is null.");
        }

        *buffer = null;
        *Checked(length) = 0;
    }

    private static void Give(ReadOnlySpan<byte> bytes, void** buffer, nuint* length)
    {
        *buffer = (void*)OwnedBuffers.Make(bytes);
        *length = (nuint)bytes.Length;
    }
}
