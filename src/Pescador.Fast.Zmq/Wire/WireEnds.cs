using System.Buffers;

namespace Pescador.Fast;

/// <summary>The maps that tell how a stream ended.</summary>
internal static class WireEnds
{
    /// <summary>The second frame of an end that went well.</summary>
    internal static ReadOnlySpan<byte> Completed(string worker, ulong sequence, ulong waitedMicroseconds)
    {
        var buffer = new ArrayBufferWriter<byte>();
        var writer = new MessagePackWriter(buffer);
        writer.WriteMapHeader(4);
        WriteSender(writer, worker, sequence);
        writer.WriteString(WireKeys.Waited);
        _ = writer.WriteFixed(waitedMicroseconds);
        return buffer.WrittenSpan;
    }

    /// <summary>The first frame of a failure.</summary>
    internal static ReadOnlySpan<byte> Failed(string worker, ulong sequence, WireError error)
    {
        var buffer = new ArrayBufferWriter<byte>();
        var writer = new MessagePackWriter(buffer);
        writer.WriteArrayHeader(1);
        writer.WriteMapHeader(6);
        WriteSender(writer, worker, sequence);
        writer.WriteString(WireKeys.ErrorType);
        writer.WriteString(error.Type);
        writer.WriteString(WireKeys.ErrorMessage);
        writer.WriteString(error.Message);
        writer.WriteString(WireKeys.ErrorStack);
        writer.WriteString(error.Stack);
        return buffer.WrittenSpan;
    }

    /// <summary>How many characters of type, message and stack each stay, so that a header fits: up to 3 bytes a character, and some for the rest.</summary>
    internal static int LongestText(ZmqLimits limits) => Math.Min(64 << 10, Math.Max(0, limits.MaxHeaderBytes - 512) / 9);

    private static void WriteSender(MessagePackWriter writer, string worker, ulong sequence)
    {
        writer.WriteString(WireKeys.FormatVersion);
        writer.WriteNumber(WireKeys.Version);
        writer.WriteString(WireKeys.Worker);
        writer.WriteString(worker);
        writer.WriteString(WireKeys.Sequence);
        _ = writer.WriteFixed(sequence);
    }
}
