using System.Buffers;
using System.Buffers.Binary;
using System.Text.Json;

namespace Pescador.Fast;

/// <summary>Parameters in a <c>.safetensors</c> file.</summary>
/// <remarks>Source: the format's description, github.com/huggingface/safetensors: the header's length, a header in JSON, the tensors without holes. The data
/// begins on a multiple of 64, the header being filled up with blanks.</remarks>
internal static class OnnxParameterFile
{
    private const int PrefixLength = sizeof(long);
    private const int Alignment = (int)SlabLayout.TensorAlignmentInBytes;

    /// <summary>Writes a file, which stands under its name once it is complete.</summary>
    internal static void Write(string path, Sample parameters) => WholeFile.Write(path, part =>
    {
        using FileStream file = File.Create(part);
        file.Write(Header(parameters.Spec));
        for (int i = 0; i < parameters.Count; i++)
        {
            WriteTensor(file, parameters[i]);
        }
    });

    /// <summary>Reads a file into tensors of its names.</summary>
    /// <exception cref="DataException">It is no such file, or its tensors are not of these names and forms.</exception>
    internal static void Read(string path, Sample parameters)
    {
        using FileMapping file = FileMapping.Open(path);
        StoredArray[] stored = SafeTensorsHeader.Read(file, SourceLimits.Default, []);
        if (Array.Find(stored, array => !parameters.Spec.Contains(array.Name)) is { } extra)
        {
            throw new DataException($"'{path}' has a tensor '{extra.Name}'; expected only [{parameters.Spec.Names}].");
        }

        for (int i = 0; i < parameters.Count; i++)
        {
            TensorSpec expected = parameters[i].Spec;
            StoredArray array = Array.Find(stored, array => array.Name == expected.Name) ?? throw new DataException(
                $"'{path}': there is no tensor '{expected.Name}'; expected {expected.Form}, there are [{string.Join(", ", stored.Select(array => array.Name))}].");
            if (array.Stored != StoredElement.Native || array.ElementType != expected.ElementType || !expected.Shape.SequenceEqual(array.Shape))
            {
                throw new DataException($"tensor '{expected.Name}' from '{path}': expected {expected.Form}, got {array.ElementType.Name()}[{string.Join(',', array.Shape)}].");
            }

            for (nint start = 0; start < expected.LengthInBytes; start += int.MaxValue)
            {
                int length = (int)nint.Min(int.MaxValue, expected.LengthInBytes - start);
                file.Bytes(array.OffsetInBytes + start, length).CopyTo(parameters[i].Bytes(start, length));
            }
        }
    }

    private static void WriteTensor(FileStream file, TensorView tensor)
    {
        nint length = tensor.Spec.LengthInBytes;
        for (nint start = 0; start < length; start += int.MaxValue)
        {
            file.Write(tensor.Bytes(start, (int)nint.Min(int.MaxValue, length - start)));
        }
    }

    private static byte[] Header(SampleSpec spec)
    {
        var json = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(json))
        {
            writer.WriteStartObject();
            long begin = 0;
            foreach (TensorSpec tensor in spec.Tensors)
            {
                begin = SafeTensorsEntry.Write(writer, tensor, begin);
            }

            writer.WriteEndObject();
        }

        byte[] header = new byte[(PrefixLength + json.WrittenCount + Alignment - 1) / Alignment * Alignment];
        header.AsSpan().Fill((byte)' ');
        BinaryPrimitives.WriteInt64LittleEndian(header, header.Length - PrefixLength);
        json.WrittenSpan.CopyTo(header.AsSpan(PrefixLength));
        return header;
    }
}
