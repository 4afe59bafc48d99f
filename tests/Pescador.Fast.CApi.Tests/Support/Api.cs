using System.Runtime.InteropServices;
using System.Text;

namespace Pescador.Fast.CApi.Tests.Support;

/// <summary>Calls the interface through its pointers, as a program in C does.</summary>
internal static unsafe class Api
{
    internal const int Patience = 20_000; // milliseconds

    internal static readonly ApiTable Table = GetTable();

    internal static string LastError => Marshal.PtrToStringUTF8((nint)Table.LastError()) ?? "";

    internal static (int Code, ulong Stream) TryOpen(ReadOnlySpan<byte> json, ReadOnlySpan<byte> state = default)
    {
        ulong stream = 99;
        fixed (byte* text = json, saved = state)
        {
            int code = Table.OpenStream(text, (nuint)json.Length, saved, (nuint)state.Length, &stream);
            return (code, stream);
        }
    }

    internal static (int Code, string Error) OpenWrong(string json, ReadOnlySpan<byte> state = default)
    {
        (int code, ulong stream) = TryOpen(Encoding.UTF8.GetBytes(json), state);
        Assert.Equal(0UL, stream);
        Assert.True(code < 0, $"It opened: {json}");
        return (code, LastError);
    }

    internal static ulong Open(string json, ReadOnlySpan<byte> state = default)
    {
        (int code, ulong stream) = TryOpen(Encoding.UTF8.GetBytes(json), state);
        Assert.True(code == 0, LastError);
        return stream;
    }

    internal static int Next(ulong stream, out BatchInfo batch, int timeout = Patience)
    {
        BatchInfo info;
        int code = Table.Next(stream, timeout, &info);
        batch = info;
        return code;
    }

    internal static BatchInfo Next(ulong stream)
    {
        int code = Next(stream, out BatchInfo batch);
        Assert.True(code == 1, $"{code}: {LastError}");
        return batch;
    }

    internal static TensorInfo Tensor(ulong batch, uint index)
    {
        TensorInfo info;
        Assert.Equal(0, Table.DescribeTensor(batch, index, &info));
        return info;
    }

    internal static ReadOnlySpan<byte> BytesOf(TensorInfo tensor) => new(tensor.Data, (int)tensor.LengthInBytes);

    internal static nint Export(ulong batch, uint index, ExportOptions options = ExportOptions.None)
    {
        void* exported;
        int code = Table.ExportTensor(batch, index, (uint)options, &exported);
        Assert.True(code == 0, LastError);
        return (nint)exported;
    }

    /// <summary>The tensor in an export of either form.</summary>
    internal static DlpackTensor* TensorOf(nint exported, ExportOptions options = ExportOptions.None) =>
        (options & ExportOptions.Versioned) != 0 ? &((VersionedDlpack*)exported)->Tensor : &((ManagedDlpack*)exported)->Tensor;

    internal static void Delete(nint exported, ExportOptions options = ExportOptions.None)
    {
        if ((options & ExportOptions.Versioned) != 0)
        {
            ((VersionedDlpack*)exported)->Deleter((VersionedDlpack*)exported);
        }
        else
        {
            ((ManagedDlpack*)exported)->Deleter((ManagedDlpack*)exported);
        }
    }

    internal static byte[] Save(ulong stream)
    {
        void* buffer;
        nuint length;
        Assert.True(Table.Save(stream, &buffer, &length) == 0, LastError);
        return Take(buffer, length);
    }

    internal static string Counters(ulong stream)
    {
        void* buffer;
        nuint length;
        Assert.True(Table.Counters(stream, &buffer, &length) == 0, LastError);
        return Encoding.UTF8.GetString(Take(buffer, length));
    }

    internal static long Counter(ulong stream, string name)
    {
        using var document = System.Text.Json.JsonDocument.Parse(Counters(stream));
        return document.RootElement.GetProperty(name).GetInt64();
    }

    internal static void Release(ulong batch) => Assert.True(Table.ReleaseBatch(batch) == 0, LastError);

    internal static int Cancel(ulong stream) => Table.Cancel(stream);

    internal static void Close(ulong stream) => Assert.True(Table.CloseStream(stream) == 0, LastError);

    /// <summary>The first feature of each row of the batches that are left, at most so many, each released.</summary>
    internal static List<float> Drain(ulong stream, int most = int.MaxValue)
    {
        List<float> rows = [];
        int code = 0;
        while (most-- > 0 && (code = Next(stream, out BatchInfo batch)) == 1)
        {
            TensorInfo x = Tensor(batch.Batch, 0);
            for (long row = 0; row < batch.Rows; row++)
            {
                rows.Add(((float*)x.Data)[row * DataFolder.Features]);
            }

            Release(batch.Batch);
        }

        Assert.True(code >= 0, LastError);
        return rows;
    }

    private static byte[] Take(void* buffer, nuint length)
    {
        byte[] bytes = new ReadOnlySpan<byte>(buffer, (int)length).ToArray();
        Assert.Equal(0, ((byte*)buffer)[length]);
        Assert.Equal(0, Table.FreeBuffer(buffer));
        return bytes;
    }

    private static ApiTable GetTable()
    {
        ApiTable table;
        delegate* unmanaged[Cdecl]<uint, void*, uint, int> get = &NativeApi.GetApi;
        Assert.Equal(0, get(ApiTable.CurrentVersion, &table, (uint)sizeof(ApiTable)));
        return table;
    }
}
