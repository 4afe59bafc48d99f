namespace Pescador.Fast;

/// <summary>The bad samples that a run has skipped: how many, which, and by whom. Thread-safe: a run may have parts on other threads.</summary>
internal sealed class SkippedSamples
{
    /// <summary>Of so many it is known which; of more, only how many.</summary>
    internal const int MostListed = 10_000;

    private const int NoMore = -1;

    private readonly Lock _gate = new();
    private readonly List<BadSample> _listed = [];
    private readonly Dictionary<IStreamerNode, long> _counts = []; // of each streamer that skips, over all its activations
    private readonly List<SkippedSamples> _parts = []; // of threads that run ahead
    private long _count;
    private long _delivered = long.MaxValue; // of a part: how many before what the consumer has received

    /// <summary>How many were skipped, listed or not; of parts that run ahead, before what was delivered.</summary>
    internal long Count
    {
        get
        {
            lock (_gate)
            {
                return Math.Min(_count, _delivered) + _parts.Sum(static part => part.Count);
            }
        }
    }

    /// <summary>How many were skipped by this thread so far, delivered or not.</summary>
    internal long CountAhead => Volatile.Read(ref _count);

    /// <summary>Those that are listed, as of now.</summary>
    internal BadSample[] ToArray()
    {
        lock (_gate)
        {
            return [.. _listed.Take((int)Math.Min(_listed.Count, _delivered)), .. _parts.SelectMany(static part => part.ToArray())];
        }
    }

    internal void Clear()
    {
        lock (_gate)
        {
            _listed.Clear();
            _counts.Clear();
            _parts.Clear();
            _count = 0;
        }
    }

    /// <summary>Lets a thread that runs ahead have a part of its own, of which only what was delivered counts.</summary>
    internal void AddPart(SkippedSamples part)
    {
        part.Deliver(0);
        lock (_gate)
        {
            _parts.Add(part);
        }
    }

    /// <summary>Takes what a part has delivered, and parts with it.</summary>
    internal void Absorb(SkippedSamples part)
    {
        BadSample[] listed = part.ToArray();
        long count = part.Count;
        lock (_gate)
        {
            if (_parts.Remove(part))
            {
                _count += count;
                _listed.AddRange(listed.Take(MostListed - _listed.Count));
            }
        }
    }

    /// <summary>Says how many of a part were skipped before what the consumer has received.</summary>
    internal void Deliver(long count) => Volatile.Write(ref _delivered, count);

    /// <summary>Counts a bad sample, unless it is one too many.</summary>
    /// <param name="skipper">Who skips it.</param>
    /// <param name="most">How many that one may skip in a run.</param>
    /// <param name="bad">What is skipped.</param>
    internal bool TryAdd(IStreamerNode skipper, long most, BadSample bad)
    {
        lock (_gate)
        {
            long before = _counts.GetValueOrDefault(skipper);
            if (before >= most)
            {
                return false;
            }

            _counts[skipper] = before + 1;
            Volatile.Write(ref _count, _count + 1);
            if (_listed.Count < MostListed)
            {
                _listed.Add(bad);
            }

            return true;
        }
    }

    /// <summary>Writes the list, and the counts by where their streamers stand in the tree.</summary>
    internal void Save(StateWriter writer, IStreamerNode tree)
    {
        lock (_gate)
        {
            writer.Write(_count);
            writer.Write(_listed.Count);
            foreach (BadSample bad in _listed)
            {
                writer.Write(bad.Source);
                writer.Write(bad.Row is not null);
                writer.Write(bad.Row ?? 0);
                writer.Write(bad.Reason);
            }

            int position = 0;
            foreach (IStreamerNode node in _counts.Count == 0 ? [] : Outline(tree))
            {
                if (_counts.TryGetValue(node, out long count))
                {
                    writer.Write(position);
                    writer.Write(count);
                }

                position++;
            }

            writer.Write(NoMore);
        }
    }

    /// <summary>Takes what was written. Counts of streamers that do not stand in the tree stay: an iterator that was replayed has made them.</summary>
    internal void Load(StateReader reader, IStreamerNode tree)
    {
        lock (_gate)
        {
            _listed.Clear();
            _count = reader.ReadInt64();
            int listed = reader.ReadCount();
            if (listed > MostListed || listed > _count)
            {
                throw reader.Damaged($"{listed} listed of {_count} skipped samples");
            }

            while (_listed.Count < listed)
            {
                string source = reader.ReadString();
                bool hasRow = reader.ReadBoolean();
                long row = reader.ReadInt64();
                _listed.Add(new BadSample(source, hasRow ? row : null, reader.ReadString()));
            }

            int position = 0;
            int next = reader.ReadInt32();
            bool isNone = next == NoMore && _counts.Count == 0; // as a rule
            foreach (IStreamerNode node in isNone ? [] : Outline(tree))
            {
                _counts.Remove(node);
                if (position++ == next)
                {
                    _counts[node] = reader.ReadInt64();
                    next = reader.ReadInt32();
                }
            }

            if (next != NoMore)
            {
                throw reader.Damaged($"streamer {next} of {position}");
            }
        }
    }

    // In the order of the tree's outline.
    private static IEnumerable<IStreamerNode> Outline(IStreamerNode tree)
    {
        var left = new Stack<IStreamerNode>([tree]);
        while (left.TryPop(out IStreamerNode? node))
        {
            yield return node;
            foreach (IStreamerNode input in node.Inputs.Reverse())
            {
                left.Push(input);
            }
        }
    }
}
