using System.Buffers.Binary;
using System.Text;
using System.Text.Json;

namespace Pescador.Fast;

/// <summary>The header of a <c>.safetensors</c> file: its arrays, in the order of their data, which they cover without holes or overlaps.</summary>
internal static class SafeTensorsHeader
{
    private const int PrefixLength = 8;
    private const int MaxDepth = 3; // the header, a tensor or the metadata, a list
    private const int MaxShown = 32; // keys of the metadata
    private const string Metadata = "__metadata__";

    /// <summary>Reads the header.</summary>
    /// <param name="file">The whole file.</param>
    /// <param name="limits">The most that is accepted.</param>
    /// <param name="notes">Takes the metadata's keys.</param>
    internal static StoredArray[] Read(FileMapping file, SourceLimits limits, List<string> notes)
    {
        var place = new SourcePlace(file.Name);
        if (file.LengthInBytes < PrefixLength)
        {
            throw place.Error($"this is no .safetensors: it has {file.LengthInBytes} bytes, the header's length alone takes {PrefixLength}");
        }

        ulong length = BinaryPrimitives.ReadUInt64LittleEndian(file.Bytes(0, PrefixLength));
        if (length > (ulong)limits.MaxJsonHeaderInBytes)
        {
            throw place.Error($"the header's length is {length} bytes; at most {limits.MaxJsonHeaderInBytes} are accepted (MaxJsonHeaderInBytes)");
        }

        long start = PrefixLength + (long)length;
        if (start > file.LengthInBytes)
        {
            throw place.Error($"the header's length is {length} bytes, but only {file.LengthInBytes - PrefixLength} follow");
        }

        ReadOnlySpan<byte> json = file.Bytes(PrefixLength, (int)length);
        if (json.IsEmpty || json[0] != '{')
        {
            throw place.Error("the header does not begin with '{'");
        }

        List<SafeTensor> tensors;
        try
        {
            tensors = ReadTensors(json, limits, notes, place);
        }
        catch (Exception error) when (error is JsonException or InvalidOperationException or FormatException or DecoderFallbackException)
        {
            throw place.Error($"the header is no JSON: {error.Message}", error);
        }

        tensors.Sort((a, b) => (a.Begin, a.End).CompareTo((b.Begin, b.End)));
        CheckCoverage(tensors, file.LengthInBytes - start, place);
        return [.. tensors.Select(tensor => new StoredArray(tensor.Name, tensor.Type, tensor.Stored, tensor.Shape, start + tensor.Begin))];
    }

    private static List<SafeTensor> ReadTensors(ReadOnlySpan<byte> json, SourceLimits limits, List<string> notes, SourcePlace place)
    {
        var reader = new Utf8JsonReader(json, new JsonReaderOptions { MaxDepth = MaxDepth });
        List<SafeTensor> tensors = [];
        HashSet<string> names = [];
        reader.Read();
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            string name = reader.GetString()!; // non-null: a property's name
            if (name.Length > limits.MaxNameLength)
            {
                throw place.Error($"the header has a name of {name.Length} characters; at most {limits.MaxNameLength} are accepted (MaxNameLength)");
            }

            if (!names.Add(name))
            {
                throw place.Error($"the header has '{name}' twice");
            }

            if (name == Metadata)
            {
                ReadMetadata(ref reader, notes, place);
                continue;
            }

            tensors.Add(name.Length > 0 ? SafeTensor.Read(ref reader, name, limits, place with { Part = $"tensor '{name}'" })
                : throw place.Error("a tensor has no name"));
            if (tensors.Count > limits.MaxArrays)
            {
                throw place.Error($"there are more than {limits.MaxArrays} tensors (MaxArrays)");
            }
        }

        // What follows the object must be blanks, which the reader checks.
        return reader.Read() ? throw place.Error("the header goes on after its end") : tensors;
    }

    private static void ReadMetadata(ref Utf8JsonReader reader, List<string> notes, SourcePlace place)
    {
        reader.Read();
        if (reader.TokenType != JsonTokenType.StartObject)
        {
            throw place.Error($"'{Metadata}' is {reader.TokenType}, not an object");
        }

        HashSet<string> keys = [];
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            string key = reader.GetString()!; // non-null: a property's name
            reader.Read();
            if (reader.TokenType != JsonTokenType.String || !keys.Add(key))
            {
                throw place.Error($"'{Metadata}' has the key '{key}' twice, or with something that is no string");
            }
        }

        if (keys.Count > 0)
        {
            notes.Add($"{Metadata}: {string.Join(", ", keys.Take(MaxShown))}{(keys.Count > MaxShown ? ", ..." : "")}");
        }
    }

    private static void CheckCoverage(List<SafeTensor> tensors, long length, SourcePlace place)
    {
        long covered = 0;
        foreach (SafeTensor tensor in tensors)
        {
            if (tensor.Begin != covered || tensor.End > length)
            {
                string what = tensor.Begin == covered ? $"the file has only {length} bytes of data"
                    : $"the data before it {(tensor.Begin > covered ? "ends" : "goes on to")} at byte {covered}, which {(tensor.Begin > covered ? "leaves a hole" : "overlaps")}";
                throw place.Error($"tensor '{tensor.Name}' has the data from byte {tensor.Begin} to byte {tensor.End}, but {what}");
            }

            covered = tensor.End;
        }

        if (covered != length)
        {
            throw place.Error($"the tensors cover {covered} bytes, but the file has {length} bytes of data");
        }
    }
}
