using System.Diagnostics;

namespace Pescador.Fast;

/// <summary>The deflated members that a table needs, each inflated once, into one slab of the budget.</summary>
internal sealed class InflatedMembers
{
    private readonly List<(FileMapping File, ZipMember Member, long Skipped)> _members = [];

    private InflatedMembers()
    {
    }

    /// <summary>The inflated data; null when nothing is deflated.</summary>
    internal Slab? Slab { get; private set; }

    /// <summary>Inflates what the arrays need.</summary>
    /// <exception cref="DataException">A member is damaged.</exception>
    /// <exception cref="PescadorException">The budget has no room.</exception>
    internal static InflatedMembers Of(string name, ReadOnlySpan<(FileMapping File, StoredArray Array)> arrays, MemoryBudget? budget)
    {
        var inflated = new InflatedMembers();
        foreach ((FileMapping file, StoredArray array) in arrays)
        {
            if (array.Deflated is { } member)
            {
                inflated.Add(file, member, array.OffsetInBytes);
            }
        }

        if (inflated._members.Count > 0)
        {
            inflated.Inflate(name, budget);
        }

        return inflated;
    }

    /// <summary>Where an array lies.</summary>
    internal nint AddressOf(FileMapping file, ZipMember member, long offset)
    {
        int index = IndexOf(file, member);
        Debug.Assert(Slab is not null && index >= 0 && offset >= _members[index].Skipped, "what the arrays need was inflated");
        return Slab.Blocks[index].Address + (nint)(offset - _members[index].Skipped);
    }

    // Of a member with several arrays (the fields of records) from the first one on.
    private void Add(FileMapping file, ZipMember member, long offset)
    {
        int index = IndexOf(file, member);
        if (index < 0)
        {
            _members.Add((file, member, offset));
        }
        else
        {
            _members[index] = (file, member, Math.Min(offset, _members[index].Skipped));
        }
    }

    private int IndexOf(FileMapping file, ZipMember member) =>
        _members.FindIndex(each => ReferenceEquals(each.File, file) && ReferenceEquals(each.Member, member));

    private void Inflate(string name, MemoryBudget? budget)
    {
        var layout = new SlabLayout([.. _members.Select(static each => (ElementType.UInt8, each.Member.LengthInBytes - each.Skipped))]);
        Slab slab = Slab.Allocate(layout, SlabAllocator.Native, budget, $"'{name}', inflated,");
        try
        {
            for (int i = 0; i < _members.Count; i++)
            {
                (FileMapping file, ZipMember member, long skipped) = _members[i];
                Inflater.Inflate(file, member, slab.Blocks[i], skipped, member.LengthInBytes - skipped);
            }
        }
        catch
        {
            slab.Dispose();
            throw;
        }

        Slab = slab;
    }
}
