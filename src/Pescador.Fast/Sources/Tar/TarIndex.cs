using System.Formats.Tar;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Pescador.Fast;

/// <summary>Where the members of each sample lie in a <c>.tar</c>: adjacent files with one key, of which only the <c>.npy</c> are kept.</summary>
internal sealed class TarIndex
{
    private readonly List<TarMember> _members = [];
    private readonly List<int> _starts = [];
    private readonly List<string> _fields = [];
    private readonly Dictionary<string, int> _fieldOf = [];
    private readonly HashSet<string> _seen = []; // of the sample that is being read
    private readonly SortedDictionary<string, long> _leftOut = new(StringComparer.Ordinal);

    private TarIndex()
    {
    }

    /// <summary>The members of a sample, in the order of the fields.</summary>
    internal ReadOnlySpan<TarMember> MembersOf(int sample) =>
        CollectionsMarshal.AsSpan(_members)[_starts[sample].._starts[sample + 1]];

    /// <summary>Names of the tensors.</summary>
    internal IReadOnlyList<string> Fields => _fields;

    internal int Samples => _starts.Count - 1;

    /// <summary>In bytes.</summary>
    internal long HeldInBytes => ((long)_members.Count * Unsafe.SizeOf<TarMember>()) + ((long)_starts.Count * sizeof(int));

    /// <summary>What is left out.</summary>
    internal IEnumerable<string> Notes => _leftOut.Select(entry => $"{entry.Value} × {entry.Key}");

    /// <summary>Reads the headers of all members.</summary>
    /// <exception cref="DataException">The archive is damaged, or a field stands twice in a sample.</exception>
    internal static TarIndex Read(FileMapping file, SourceLimits limits)
    {
        var index = new TarIndex();
        var place = new SourcePlace(file.Name);
        using var reader = new TarReader(new TarGuard(file.OpenStream(0, file.LengthInBytes)), leaveOpen: false);
        long at = 0;
        string? key = null;
        List<TarMember> sample = [];
        while (Next(reader, at, place) is { } entry)
        {
            if (entry.EntryType == TarEntryType.GlobalExtendedAttributes)
            {
                continue;
            }

            if (entry.Name.Length > limits.MaxNameLength)
            {
                throw place.Error(
                    $"the member at byte {entry.DataOffset} has a name of {entry.Name.Length} characters; at most {limits.MaxNameLength} are accepted (MaxNameLength)");
            }

            if (entry.DataOffset < at || entry.DataOffset > file.LengthInBytes || entry.Length < 0
                || entry.Length > file.LengthInBytes - entry.DataOffset)
            {
                throw place.Error(
                    $"member '{entry.Name}' has {entry.Length} bytes from byte {entry.DataOffset} on, but the file ends at byte {file.LengthInBytes}");
            }

            at = entry.DataOffset + ((entry.Length + TarGuard.BlockLength - 1) / TarGuard.BlockLength * TarGuard.BlockLength);
            if (index.Split(entry) is not var (entryKey, field))
            {
                continue;
            }

            if (entryKey != key)
            {
                index.End(sample);
                key = entryKey;
            }

            index.Add(sample, entry, key, field, limits, place);
        }

        index.End(sample);
        index._starts.Add(index._members.Count);
        index._members.TrimExcess();
        index._starts.TrimExcess();
        CheckEnd(file, at, index, place);
        return index;
    }

    // A TarReader fails on damage in many ways, and sees none where the file was cut between members.
    private static TarEntry? Next(TarReader reader, long at, SourcePlace place)
    {
        try
        {
            return reader.GetNextEntry(copyData: false);
        }
        catch (Exception error) when (error is not OutOfMemoryException)
        {
            throw place.Error($"from byte {at} on the archive is damaged: {error.Message}", error);
        }
    }

    private static void CheckEnd(FileMapping file, long at, TarIndex index, SourcePlace place)
    {
        if (file.LengthInBytes - at < TarGuard.BlockLength || file.Bytes(at, TarGuard.BlockLength).ContainsAnyExcept((byte)0))
        {
            throw place.Error($"after {index._members.Count} members, at byte {at}, the archive should have its end, an empty block; it was cut short");
        }

        if (file.Bytes(at, (int)Math.Min(file.LengthInBytes - at, 1 << 20)).ContainsAnyExcept((byte)0))
        {
            index._leftOut["data after the archive's end"] = 1;
        }
    }

    // The key up to the first dot of the base name, the field after it.
    private (string Key, string Field)? Split(TarEntry entry)
    {
        if (entry.EntryType is not (TarEntryType.RegularFile or TarEntryType.V7RegularFile or TarEntryType.ContiguousFile))
        {
            return entry.EntryType is TarEntryType.Directory or TarEntryType.GlobalExtendedAttributes
                ? null
                : LeaveOut($"member that is no regular file ({entry.EntryType})");
        }

        string name = entry.Name;
        int baseName = name.LastIndexOf('/') + 1;
        int dot = name.IndexOf('.', baseName);
        if (IsMetadata(name.AsSpan(0, name.IndexOf('/') is var slash && slash >= 0 ? slash : 0))
            || IsMetadata(name.AsSpan(baseName, (dot < 0 ? name.Length : dot) - baseName)))
        {
            return null;
        }

        return dot > baseName && dot < name.Length - 1
            ? (name[..dot], name[(dot + 1)..].ToLowerInvariant())
            : LeaveOut("member whose name is no KEY.FIELD");
    }

    private (string, string)? LeaveOut(string what)
    {
        _leftOut[what] = _leftOut.GetValueOrDefault(what) + 1;
        return null;
    }

    private static bool IsMetadata(ReadOnlySpan<char> name) => name.Length > 4 && name.StartsWith("__") && name.EndsWith("__");

    private void Add(List<TarMember> sample, TarEntry entry, string key, string field, SourceLimits limits, SourcePlace place)
    {
        if (!_seen.Add(field))
        {
            throw place.Error($"sample '{key}' has the field '{field}' twice; the second from byte {entry.DataOffset} on");
        }

        if (field != "npy" && !field.EndsWith(".npy", StringComparison.Ordinal))
        {
            LeaveOut(_leftOut.Count < 32 || _leftOut.ContainsKey($"field '{field}'") ? $"field '{field}'" : "field of another name");
            return;
        }

        string name = field == "npy" ? "X" : field[..^".npy".Length];
        if (!_fieldOf.TryGetValue(name, out int number))
        {
            number = _fieldOf.Count;
            if (number == limits.MaxArrays || name.Length == 0)
            {
                throw place.Error($"member '{entry.Name}' has no name for its tensor, or one too many: at most {limits.MaxArrays} are accepted (MaxArrays)");
            }

            _fieldOf.Add(name, number);
            _fields.Add(name);
        }

        sample.Add(new TarMember(entry.DataOffset, entry.Length, number));
    }

    private void End(List<TarMember> sample)
    {
        _seen.Clear();
        if (sample.Count == 0)
        {
            return;
        }

        sample.Sort(static (a, b) => a.Field.CompareTo(b.Field));
        _starts.Add(_members.Count);
        _members.AddRange(sample);
        sample.Clear();
    }
}
