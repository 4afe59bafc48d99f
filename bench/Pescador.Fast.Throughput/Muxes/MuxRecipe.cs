namespace Pescador.Fast.Throughput;

/// <summary>A mux to be measured: its streams and what is known of them.</summary>
/// <param name="Mux">Makes the mux over its streamers.</param>
/// <param name="Shares">Each streamer's share of the samples.</param>
internal sealed record MuxRecipe(Func<Streamer<Sample>[], Streamer<Sample>> Mux, double[] Shares)
{
    private const int SharedRows = 4096;
    private const int OwnRows = 16;
    private const int Elements = 64;

    /// <summary>Whether each streamer has a table of 16 rows to itself; otherwise all share one of 4,096.</summary>
    internal bool HasOwnTables { get; init; }

    /// <summary>Which streamers are iterators that rent; the others give views of rows.</summary>
    internal Func<int, bool> IsIterator { get; init; } = static _ => false;

    /// <summary>In which order the rows are given.</summary>
    internal RowOrder Order { get; init; } = RowOrder.Random;

    /// <summary>See <see cref="ShareCheck"/>.</summary>
    internal double Dispersion { get; init; } = 1;

    internal int Streams => Shares.Length;

    /// <summary>Whether its iterators fill whole samples with rows, and do not only mark them.</summary>
    internal bool CopiesRows { get; init; }

    /// <summary>Opens it: streamers, tables, mux and stream.</summary>
    internal MuxContestant Open(int samplesPerPiece)
    {
        RowTable[] tables = HasOwnTables
            ? [.. Enumerable.Range(0, Streams).Select(static stream => new RowTable(OwnRows, stream * OwnRows, Elements))]
            : [new RowTable(SharedRows, 0, Elements)];
        Streamer<Sample>[] streamers = [.. Enumerable.Range(0, Streams).Select(i => StreamerOf(tables[HasOwnTables ? i : 0], i))];
        return new MuxContestant(this, Mux(streamers), tables, samplesPerPiece);
    }

    /// <summary>Streamers of a shared table cannot be told apart in the samples: this draws from ones that can.</summary>
    internal void VerifyShares(int samples)
    {
        var counts = new long[Streams];
        Streamer<Sample>[] numbered = [.. Enumerable.Range(0, Streams).Select(i => StreamerOf(new RowTable(1, i, 1), i))];
        foreach (Sample sample in Mux(numbered).Iterate(samples))
        {
            counts[(int)sample["Y"].Span<float>()[0]]++;
            sample.Dispose();
        }

        ShareCheck.Verify(counts, Shares, Dispersion, "streams");
    }

    private Streamer<Sample> StreamerOf(RowTable table, int stream) => IsIterator(stream)
        ? CopiesRows ? Streamer.Create(Noise.Noisy, table, Noise.Sigma) : Streamer.Create(Noise.Marked, table, Noise.Sigma)
        : Streamer.FromRows(table.Rows, Order);
}
