namespace Pescador.Fast;

/// <summary>Numbers of rows, in one of the orders. Its state is a position.</summary>
internal struct RowCursor(RowOrder order)
{
    private Permutation? _permutation;
    private RandomGenerator _random;
    private long _count;
    private long _next; // in order and permuted: how many came before; at random: the number drawn last, which comes next
    private long _number; // permuted: the number that comes next

    /// <summary>Begins anew.</summary>
    /// <param name="count">How many rows, or windows, there are.</param>
    /// <param name="seed">Of the activation.</param>
    internal void Begin(long count, ulong seed)
    {
        _count = count;
        _next = 0;
        switch (order)
        {
            case RowOrder.Random:
                _random = new RandomGenerator(seed);
                Draw();
                break;
            case RowOrder.Permuted:
                (_permutation ??= new Permutation()).Reset(count, seed);
                FindNumber();
                break;
            default:
                break;
        }
    }

    /// <summary>Whether there is another one.</summary>
    internal readonly bool HasNext => _next < _count;

    /// <summary>How many come before the end; endless ones as many as are asked for.</summary>
    internal readonly long Left => order == RowOrder.Random && _count > 0 ? long.MaxValue : _count - _next;

    /// <summary>The number that comes next.</summary>
    internal readonly long Peek() => order == RowOrder.Permuted ? _number : _next;

    /// <summary>Goes on to the one after it.</summary>
    internal void Advance(long by = 1)
    {
        if (order == RowOrder.Random)
        {
            Draw();
        }
        else
        {
            _next += by;
            if (order == RowOrder.Permuted)
            {
                FindNumber();
            }
        }
    }

    /// <summary>Its position, to be saved.</summary>
    internal readonly Saved Position => new(_count, _next, _random);

    internal readonly void Save(StateWriter writer, Saved position)
    {
        writer.Write(position.Count);
        writer.Write(position.Next);
        if (order == RowOrder.Random)
        {
            writer.Write(position.Random);
        }
    }

    /// <summary>Takes a saved position, once <see cref="Begin"/> was called with the same seed.</summary>
    internal void Load(Saved saved)
    {
        _next = saved.Next;
        _random = saved.Random;
        if (order == RowOrder.Permuted)
        {
            FindNumber();
        }
    }

    /// <summary>Reads a position; whether it fits is seen when the source is opened.</summary>
    internal readonly Saved Read(StateReader reader)
    {
        long count = reader.ReadInt64();
        long next = reader.ReadInt64();
        if (count < 0 || (ulong)next > (ulong)count || (order == RowOrder.Random && next == count && count > 0))
        {
            throw reader.Damaged($"row {next} of {count}");
        }

        return new Saved(count, next, order == RowOrder.Random ? reader.ReadGenerator() : default);
    }

    private void FindNumber() => _number = _next < _count ? _permutation![_next] : 0; // made by Begin

    private void Draw() => _next = _count == 0 ? 0 : (long)_random.NextUInt64((ulong)_count);

    /// <summary>A saved position.</summary>
    internal readonly record struct Saved(long Count, long Next, RandomGenerator Random);
}
