namespace Pescador.Fast;

/// <summary>An <c>.npz</c>: a ZIP file of <c>.npy</c> members, stored or deflated, each a tensor with the member's name.</summary>
internal sealed class NpzFile(string path, SourceLimits limits) : ArrayFile(path, limits)
{
    private const string Extension = ".npy";

    internal override string Format => "npz";

    internal override void Read(ArrayCatalogue catalogue)
    {
        FileMapping file = catalogue.Map(FullPath);
        foreach (ZipMember member in ZipDirectory.Read(file, Limits))
        {
            if (member.Name.EndsWith('/'))
            {
                continue; // a folder
            }

            if (!member.Name.EndsWith(Extension, StringComparison.Ordinal) || member.Name.Length == Extension.Length)
            {
                catalogue.Notes.Add($"member '{member.Name}' is left out: it is no NAME{Extension}");
                continue;
            }

            var place = new SourcePlace(file.Name, null, $"member '{member.Name}'");
            string name = member.Name[..^Extension.Length];
            if (member.IsDeflated)
            {
                catalogue.Add(file, ReadDeflated(file, member, place).Arrays(name, 0, member));
            }
            else
            {
                NpyHeader header = NpyHeader.Read(file, member.OffsetInBytes, member.LengthInBytes, Limits, place);
                catalogue.Add(file, header.Arrays(name, member.OffsetInBytes));
            }

            if (catalogue.Arrays.Count > Limits.MaxArrays)
            {
                throw place.Error($"with it there are {catalogue.Arrays.Count} arrays; at most {Limits.MaxArrays} are accepted (MaxArrays)");
            }
        }
    }

    private NpyHeader ReadDeflated(FileMapping file, ZipMember member, SourcePlace place)
    {
        Span<byte> prefix = stackalloc byte[NpyHeader.PrefixLength];
        prefix = prefix[..Inflater.InflateStart(file, member, prefix)];
        int length = NpyHeader.Measure(prefix, member.LengthInBytes, Limits, place);
        var header = new byte[length];
        int read = Inflater.InflateStart(file, member, header);
        return read == length
            ? NpyHeader.Parse(header, member.LengthInBytes, Limits, place)
            : throw place.Error($"it should inflate to {member.LengthInBytes} bytes, but there are only {read}");
    }
}
