namespace Pescador.Fast;

/// <summary>What samples of a <c>.tar</c> have in common whose members' headers are the same to the byte. Immutable.</summary>
internal sealed class TarForm
{
    private readonly byte[][] _headers;
    private readonly StoredRows[] _rows;
    private readonly int[] _fields;

    private TarForm(SampleSpec spec, byte[][] headers, StoredRows[] rows, int[] fields)
    {
        Spec = spec;
        _headers = headers;
        _rows = rows;
        _fields = fields;
    }

    internal SampleSpec Spec { get; }

    /// <summary>The next one with the same hash.</summary>
    internal TarForm? Next { get; set; }

    /// <summary>About how much memory it takes, in bytes.</summary>
    internal long HeldInBytes => 512 + _headers.Sum(header => header.Length + 512L);

    /// <summary>Reads the headers of a sample's members.</summary>
    /// <exception cref="DataException">One is damaged, or is no plain array.</exception>
    internal static TarForm Parse(FileMapping file, TarIndex index, int sample, SourceLimits limits)
    {
        ReadOnlySpan<TarMember> members = index.MembersOf(sample);
        var headers = new byte[members.Length][];
        var rows = new StoredRows[members.Length];
        var fields = new int[members.Length];
        var specs = new TensorSpec[members.Length];
        for (int i = 0; i < members.Length; i++)
        {
            TarMember member = members[i];
            SourcePlace place = PlaceOf(file, index, sample, member);
            NpyHeader header = NpyHeader.Read(file, member.OffsetInBytes, member.LengthInBytes, limits, place);
            string name = index.Fields[member.Field];
            StoredArray array = header.Arrays(name, 0) is [var only] && header.Fields[0].Name is null
                ? only
                : throw place.Error("it is a structured array, which is not read as a member of a sample");
            headers[i] = file.Bytes(member.OffsetInBytes, header.LengthInBytes).ToArray();
            rows[i] = new StoredRows(array, firstAxis: 0);
            fields[i] = member.Field;
            specs[i] = new TensorSpec(name, array.ElementType, array.Shape);
        }

        return new TarForm(new SampleSpec(specs), headers, rows, fields);
    }

    /// <summary>A hash of the headers of a sample's members; equal for samples of one form.</summary>
    /// <exception cref="DataException">One is damaged.</exception>
    internal static int HashOf(FileMapping file, TarIndex index, int sample, SourceLimits limits)
    {
        var hash = default(HashCode);
        foreach (TarMember member in index.MembersOf(sample))
        {
            int prefix = (int)Math.Min(member.LengthInBytes, NpyHeader.PrefixLength);
            int length = NpyHeader.Measure(
                file.Bytes(member.OffsetInBytes, prefix), member.LengthInBytes, limits, PlaceOf(file, index, sample, member));
            hash.Add(member.Field);
            hash.AddBytes(file.Bytes(member.OffsetInBytes, length));
        }

        return hash.ToHashCode();
    }

    /// <summary>The same form with the spec of another that equals its own.</summary>
    internal TarForm With(SampleSpec spec) => new(spec, _headers, _rows, _fields);

    /// <summary>Whether a sample has this form.</summary>
    internal bool Fits(FileMapping file, ReadOnlySpan<TarMember> members)
    {
        if (members.Length != _headers.Length)
        {
            return false;
        }

        for (int i = 0; i < members.Length; i++)
        {
            if (members[i].Field != _fields[i] || members[i].LengthInBytes < _headers[i].Length + _rows[i].SourceLength
                || !file.Bytes(members[i].OffsetInBytes, _headers[i].Length).SequenceEqual(_headers[i]))
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>Where a tensor's data begins in its member, in bytes.</summary>
    internal int DataOffset(int tensor) => _headers[tensor].Length;

    /// <summary>How a tensor is copied.</summary>
    internal StoredRows Rows(int tensor) => _rows[tensor];

    private static SourcePlace PlaceOf(FileMapping file, TarIndex index, int sample, TarMember member) =>
        new(file.Name, sample, $"tensor '{index.Fields[member.Field]}' at byte {member.OffsetInBytes}");
}
