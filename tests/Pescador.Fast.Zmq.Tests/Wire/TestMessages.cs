using System.Buffers;

namespace Pescador.Fast.Zmq.Tests.Wire;

/// <summary>Messages as they travel, as lists of frames.</summary>
internal static class TestMessages
{
    internal static List<(byte[] Body, bool HasMore)> Of(Sample sample, string worker, ulong sequence, byte[]? state = null, string? unsaved = null)
    {
        var form = new WireForm(sample.Spec, worker);
        HeaderTemplate template = unsaved is not null ? form.Telling(unsaved, state is not null) : state is not null ? form.WithState : form.Plain;
        var header = new byte[template.Length];
        template.CopyTo(header, new WireStamp { Sequence = sequence, WaitedMicroseconds = 5 * sequence, StateLength = (uint)(state?.Length ?? 0) });
        List<byte[]> frames = [header];
        foreach (int index in form.Order)
        {
            TensorView tensor = sample[index];
            frames.Add(tensor.Bytes(0, (int)tensor.Spec.LengthInBytes).ToArray());
        }

        if (state is not null)
        {
            frames.Add(state);
        }

        return Frames([.. frames]);
    }

    internal static List<(byte[] Body, bool HasMore)> Completed(string worker, ulong sequence) =>
        Frames([0x90], WireEnds.Completed(worker, sequence, 7).ToArray());

    internal static List<(byte[] Body, bool HasMore)> Failed(string worker, ulong sequence, Exception error) =>
        Frames(WireEnds.Failed(worker, sequence, WireError.Of(error, 10_000)).ToArray(), [0]);

    internal static List<(byte[] Body, bool HasMore)> Frames(params byte[][] bodies) =>
        [.. bodies.Select((body, index) => (body, index < bodies.Length - 1))];

    /// <summary>A header as Python's msgpack writes it, with whatever keys and values.</summary>
    internal static byte[] Header(params (string Key, object Value)[][] maps)
    {
        var buffer = new ArrayBufferWriter<byte>();
        var writer = new MessagePackWriter(buffer);
        writer.WriteArrayHeader(maps.Length);
        foreach ((string Key, object Value)[] map in maps)
        {
            writer.WriteMapHeader(map.Length);
            foreach ((string key, object value) in map)
            {
                writer.WriteString(key);
                Write(writer, buffer, value);
            }
        }

        return buffer.WrittenSpan.ToArray();
    }

    internal static (string Key, object Value)[] Tensor(string key, object type, object shape, params (string Key, object Value)[] further) =>
        [("dtype", type), ("shape", shape), ("key", key), ("aligned", true), .. further];

    /// <summary>Bytes of MessagePack, to stand for a value.</summary>
    internal sealed record Raw(params byte[] Bytes);

    private static void Write(MessagePackWriter writer, ArrayBufferWriter<byte> buffer, object value)
    {
        switch (value)
        {
            case string text:
                writer.WriteString(text);
                break;
            case int number:
                writer.WriteNumber((ulong)number);
                break;
            case ulong number:
                writer.WriteFixed(number);
                break;
            case uint number:
                writer.WriteFixed(number);
                break;
            case bool flag:
                writer.WriteBoolean(flag);
                break;
            case Raw raw:
                buffer.Write(raw.Bytes);
                break;
            case long[] shape:
                writer.WriteArrayHeader(shape.Length);
                foreach (long length in shape)
                {
                    writer.WriteNumber((ulong)length);
                }

                break;
            default:
                throw new ArgumentException($"{value.GetType()}", nameof(value));
        }
    }
}
