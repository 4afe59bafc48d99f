namespace Pescador.Fast.Tests.Contract;

/// <summary>Every kind of streamer, mux and map over samples, alone and nested.</summary>
internal static class Trees
{
    internal static readonly SampleSpec RowSpec = new(TensorSpec.Of<float>("X", 4), TensorSpec.Of<int>("id"));

    /// <summary>All of them, with fixed seeds.</summary>
    internal static IEnumerable<TreeCase> All => Unseeded.Select(tree => tree.Name is "WithSeed" or "WithEpoch"
        ? tree
        : tree with { Build = () => tree.Build().WithSeed(1) });

    private static IEnumerable<TreeCase> Unseeded =>
    [
        new("FromRows random", () => Rows(RowOrder.Random), true),
        new("FromRows in order", () => Rows(RowOrder.InOrder), false),
        new("FromRows permuted", () => Rows(RowOrder.Permuted), false),
        new("FromRows permuted, many rows", () => Rows(RowOrder.Permuted, Permutation.LongestList + 76), false),
        new("From list of samples", () => Streamer.From(List(9)), false),
        new("From lazy samples", () => Streamer.From(List(9).Where(_ => true)), false),
        new("Create", () => Endless(0.5f), true),
        new("Create, finite", () => Finite(7), false),
        new("Create, renting out of order", () => Streamer.Create(OutOfOrder, 40), false),
        new("Create, over another streamer", () => Streamer.Create(Added, Rows(RowOrder.Permuted)), false),
        new("WithSeed", () => Endless(1f).WithSeed(12), true),
        new("WithEpoch", () => Rows(RowOrder.Permuted).WithSeed(4).WithEpoch(3), false),
        new("With allocator", () => Endless(1f).With(SlabAllocator.Managed), true),
        new("Select same", () => Finite(9).Select(static sample => sample), false),
        new("Where", () => Endless(1f).Where(static sample => sample["X"].Span<float>()[0] > 0), true),
        new("Tap", () => Finite(9).Tap(static _ => { }), false),
        new("Tally", () => Finite(9).Tally(new StreamTally()), false),
        new("Tally of streams in a mux", () => new StochasticMux<Sample>(Mixed(6).Select(static each => each.Tally(new StreamTally())), 3, 4), true),
        new("ToFloat32", () => Finite(9).ToFloat32("X"), false),
        new("Take", () => Endless(1f).Take(50), false),
        new("Cycle", () => Finite(5).Cycle(), true),
        new("Cycle limited", () => Finite(5).Cycle(23), false),
        new("Shuffle", () => Finite(50).Shuffle(7, seed: 3), false),
        new("Cache", () => Finite(60).Cache(8, 0.4, seed: 3), false),
        new("Cache of iterators through Where", () => Endless(1f).Where(static sample => sample["X"].Span<float>()[1] > 0).Cache(8, 0.3), true),
        new("ShuffledMux", () => new ShuffledMux<Sample>(Mixed(6), [1, 2, 3, 4, 5, 6], seed: 5), true),
        new("ShuffledMux of finite", () => new ShuffledMux<Sample>(Enumerable.Range(0, 5).Select(Finite)), true),
        new("RoundRobinMux", () => new RoundRobinMux<Sample>([Finite(3), Finite(0), Finite(5)]), false),
        new("RoundRobinMux cycling", () => new RoundRobinMux<Sample>([Finite(3), Finite(5)], RoundRobinMode.Cycle), true),
        new("RoundRobinMux permuted", () => new RoundRobinMux<Sample>(Enumerable.Range(1, 6).Select(Finite), RoundRobinMode.PermutedCycle, seed: 2), true),
        new("ChainMux", () => new ChainMux<Sample>([Finite(3), Finite(0), Rows(RowOrder.InOrder)]), false),
        new("ChainMux cycling", () => new ChainMux<Sample>([Finite(3), Rows(RowOrder.Permuted)], ChainMode.Cycle), true),
        new("ChainMux lazy", () => new ChainMux<Sample>(LazyChain()), true),
        .. Stochastic(),
        new("Mux of muxes", () => new ShuffledMux<Sample>(
            [
                new StochasticMux<Sample>(Mixed(5), 2, 4),
                new RoundRobinMux<Sample>([Finite(4), Finite(6)], RoundRobinMode.Cycle),
                new ChainMux<Sample>([Rows(RowOrder.Permuted)], ChainMode.Cycle),
            ],
            [3, 1, 1],
            seed: 9), true),
        new("Epochs: exhaustive mux cycling", () => new StochasticMux<Sample>(
            Enumerable.Range(1, 6).Select(Finite), 3, null, mode: StochasticMode.Exhaustive, seed: 8).Cycle(), true),
        new("Prefetch", () => Finite(40).Prefetch(3), false) { IsPrefetched = true },
        new("Prefetch, three workers", () => new StochasticMux<Sample>(Mixed(6), 2, 4).Prefetch(2, workers: 3), true) { IsPrefetched = true },
        new("Prefetch, workers of one sample each", () => Finite(1).Prefetch(1, workers: 4), false) { IsPrefetched = true },
        new("Prefetch inside a mux", () => new ShuffledMux<Sample>(
            [Endless(1).Prefetch(2), Rows(RowOrder.Random).Prefetch(3, workers: 2), Finite(200)], [3, 2, 1]), true) { IsPrefetched = true },
        new("Prefetch of Prefetch", () => Endless(1).Prefetch(2).Shuffle(4).Prefetch(3), true) { IsPrefetched = true },
        new("ParallelSelect", () => Finite(40).ParallelSelect(static sample => sample, 3), false) { IsPrefetched = true },
        new("ParallelSelect of a mux", () => new StochasticMux<Sample>(Mixed(6), 2, 4).ParallelSelect(Checked, 2, depth: 1), true) { IsPrefetched = true },
        new("ParallelSelect unordered, one worker", () => Finite(41).ParallelSelect(Checked, 1, inOrder: false), false) { IsPrefetched = true },
        new("ParallelSelect inside a mux", () => new ShuffledMux<Sample>(
            [Endless(1).ParallelSelect(Checked, 2), Rows(RowOrder.Random).ParallelSelect(Checked, 1, inOrder: false), Endless(2)], [2, 1, 6]), true) { IsPrefetched = true },
        new("ParallelSelect of ParallelSelect", () => Finite(60).ParallelSelect(Checked, 2).Shuffle(4).ParallelSelect(Checked, 3), false)
        {
            IsPrefetched = true,
        },
        new("ParallelSelect over bad samples that are skipped", () => WithBad(Endless(1)).ParallelSelect(Checked, 3).SkipBad(100_000), true)
        {
            IsPrefetched = true,
        },
        new("ParallelSelect that finds bad samples", () => Endless(1).ParallelSelect(ThrowIfBad, 3).SkipBad(100_000), true) { IsPrefetched = true },
        new("SkipBad", () => Finite(50).SkipBad(100), false),
        new("SkipBad over bad samples", () => WithBad(Endless(1f)).SkipBad(100_000), true),
        new("Mux over bad samples that are skipped", () => new StochasticMux<Sample>(Mixed(6).Select(each => WithBad(each).SkipBad(100_000)), 3, 4, seed: 1), true),
        new("SkipBad over a mux of bad samples", () => new StochasticMux<Sample>(Mixed(6).Select(WithBad), 3, 4, seed: 1).SkipBad(100_000), true),
        new("Source random", () => Source(40).Rows(), true),
        new("Source in order", () => Source(23).Rows(RowOrder.InOrder), false),
        new("Source permuted", () => Source(40).Rows(RowOrder.Permuted), false),
        new("Source permuted, many rows", () => Source(Permutation.LongestList + 76).Rows(RowOrder.Permuted), false),
        new("Source in order, shard", () => Source(23).Shard(1, 3).Rows(RowOrder.InOrder), false),
        new("Source split, random", () => Source(40).Split(0.3, 5).Training.Rows(), true),
        new("Source split, permuted", () => Source(40).Split(0.3, 5).HeldOut.Rows(RowOrder.Permuted), false),
        new("Source deflated", () => FileSources.Deflated.Rows(), true),
        new("Source of swapped bytes", () => FileSources.Swapped.Rows(), true),
        new("Source of text", () => FileSources.Text.Rows(RowOrder.Permuted), false),
        new("Source of an archive", () => FileSources.Archive.Rows(RowOrder.InOrder), false),
        new("Mux of sources", () => new StochasticMux<Sample>(
            Enumerable.Range(1, 8).Select(i => Source(5 * i).Rows()), 3, 4, mode: StochasticMode.SingleActive, seed: 1), true),
        new("Epochs of sources", () => new StochasticMux<Sample>(
            Enumerable.Range(1, 5).Select(i => Source(5 * i).Rows(RowOrder.Permuted)), 2, null, mode: StochasticMode.Exhaustive, seed: 1).Cycle(), true),
        new("Mux through Shuffle and Cache", () => new StochasticMux<Sample>(Mixed(5), 2, 4, seed: 3).Shuffle(5).Cache(6), true),
    ];

    /// <summary>Batches of each of the above; pulled into rows.</summary>
    internal static IEnumerable<TreeCase> Batches => All
        .Select(tree => tree with { Name = $"{tree.Name}, Buffer(4, partial)", Build = () => tree.Build().Buffer(4, partial: true) })
        .Append(new("Buffer along axis 0", () => Finite(14).Buffer(2).Buffer(3, axis: 0), false))
        .Append(new("Source windows", () => Source(23).Windows(4), true))
        .Append(new("Source windows in order", () => Source(23).Windows(4, RowOrder.InOrder), false))
        .Append(new("Source windows too long", () => Source(3).Windows(4, RowOrder.InOrder), false))
        .Append(new("Source windows joined", () => Source(23).Windows(4, RowOrder.Permuted).Buffer(3, partial: true, axis: 0), false))
        .Append(new("Rebatch", () => Finite(14).Buffer(3, partial: true).Rebatch(4), false))
        .Append(new("Prefetch of a buffered mux", () => BufferedMux().Prefetch(3), true) { IsPrefetched = true })
        .Append(new("Prefetch of a buffered mux, three workers", () => BufferedMux().Prefetch(2, workers: 3), true) { IsPrefetched = true })
        .Append(new("Prefetch of a few batches, then a map", () => Finite(30).Buffer(4, partial: true).Prefetch(2, workers: 2).Rebatch(3), false)
        {
            IsPrefetched = true,
        })
        .Append(new("ParallelSelect of a buffered mux", () => BufferedMux().ParallelSelect(static batch => batch, 2), true) { IsPrefetched = true })
        .Append(new("Buffer after Cycle of Buffer", () => Finite(5).Buffer(2, partial: true).Cycle().Rebatch(3), true));

    internal static TensorRows Table(int rows = 11)
    {
        var x = new float[rows, 4];
        var id = new int[rows];
        for (int row = 0; row < rows; row++)
        {
            id[row] = row;
            for (int column = 0; column < 4; column++)
            {
                x[row, column] = (row * 10) + column;
            }
        }

        return new TensorRows(new Dictionary<string, TensorData> { ["X"] = x, ["id"] = id });
    }

    internal static Streamer<Sample> Rows(RowOrder order, int rows = 11) => Streamer.FromRows(Table(rows), order);

    internal static Source Source(int rows) => FileSources.Npy(rows);

    internal static Streamer<Sample> Endless(float sigma) => Streamer.Create(EndlessNoise, sigma);

    internal static Streamer<Sample> Finite(int count) => Streamer.Create(FiniteNoise, count);

    /// <summary>Another streamer, of whose samples every fifth or so, by its number, is bad.</summary>
    internal static Streamer<Sample> WithBad(Streamer<Sample> source) => source.Select(ThrowIfBad);

    internal static Sample ThrowIfBad(Sample sample) => sample["id"].Item<int>() % 5 == 2
        ? throw new DataException("a.npz", sample["id"].Item<int>(), "expected float32[4]")
        : sample;

    /// <summary>Reads all of a sample, and leaves it as it is: rows of arrays are not to be written.</summary>
    internal static Sample Checked(Sample sample) => sample["X"].Span<float>().Contains(float.NaN) ? throw new InvalidOperationException("not a number") : sample;

    /// <summary>What a sample holds, in a form that can be compared.</summary>
    internal static string Content(Sample sample) => string.Join(
        ';', Enumerable.Range(0, sample.Count).Select(i => $"{sample[i].Spec}:{Convert.ToHexString(sample[i].Bytes(0, (int)sample[i].Spec.LengthInBytes))}"));

    private static IEnumerable<TreeCase> Stochastic()
    {
        foreach (StochasticMode mode in Enum.GetValues<StochasticMode>())
        {
            foreach (SampleCountDistribution law in Enum.GetValues<SampleCountDistribution>())
            {
                bool ends = mode == StochasticMode.Exhaustive;
                yield return new($"StochasticMux {mode} {law}", () => new StochasticMux<Sample>(Finites(), 3, 2.5, mode: mode, distribution: law), !ends);
                yield return new($"StochasticMux {mode} {law} weighted", () => new StochasticMux<Sample>(
                    Finites(), 3, 4, [8, 4, 2, 1, 1, 0.5, 0], mode, distribution: law, seed: 77), !ends);
                yield return new($"StochasticMux {mode} {law} ActiveSetDraw", () => new StochasticMux<Sample>(
                    Finites(), 3, 4, [8, 4, 2, 1, 1, 0.5, 0], mode, distribution: law, weighting: MuxWeighting.ActiveSetDraw), !ends);
            }

            yield return new($"StochasticMux {mode} no rate", () => new StochasticMux<Sample>(Finites(), 3, null, mode: mode), mode != StochasticMode.Exhaustive);
            yield return new($"StochasticMux {mode} not pruning", () => new StochasticMux<Sample>(
                Finites(), 3, 2, mode: mode, pruneEmpty: false), mode != StochasticMode.Exhaustive);
        }

        yield return new("StochasticMux over rows", () => new StochasticMux<Sample>(Mixed(20), 5, 8, seed: 1), true);

        // 3, 0, 5, 7, 2, 11, 4 samples: they end before their counts, at them, and at once.
        static IEnumerable<Streamer<Sample>> Finites() => new[] { 3, 0, 5, 7, 2, 11, 4 }.Select(Finite);
    }

    private static Streamer<Sample> BufferedMux() => new StochasticMux<Sample>(Mixed(6), 3, 4, seed: 2).Buffer(4);

    private static IEnumerable<Streamer<Sample>> Mixed(int count) => Enumerable.Range(0, count).Select(i => (i % 3) switch
    {
        0 => Endless(i),
        1 => Rows(RowOrder.Random),
        _ => Finite(5 + i),
    });

    private static IEnumerable<Streamer<Sample>> LazyChain()
    {
        for (int i = 0; ; i++)
        {
            yield return Finite(i % 4);
        }
    }

    private static List<Sample> List(int count)
    {
        TensorRows table = Table(count);
        var samples = new List<Sample>();
        for (int i = 0; i < count; i++)
        {
            float[] x = [i, i + 1, i + 2, i + 3];
            samples.Add(Sample.Of(("X", x), ("id", TensorData.Scalar(i))));
        }

        return samples;
    }

    private static IEnumerable<Sample> EndlessNoise(StreamContext context, float sigma)
    {
        for (int i = 0; ; i++)
        {
            Sample sample = context.Rent(RowSpec);
            context.Random.FillNormal(sample["X"].Span<float>(), 0, 1 + sigma);
            sample["id"].Span<int>()[0] = i;
            yield return sample;
        }
    }

    private static IEnumerable<Sample> FiniteNoise(StreamContext context, int count)
    {
        for (int i = 0; i < count; i++)
        {
            Sample sample = context.Rent(RowSpec);
            context.Random.FillNormal(sample["X"].Span<float>(), 0, 1);
            sample["id"].Span<int>()[0] = (100 * count) + i;
            yield return sample;
        }
    }

    // Rents two, gives them in reverse, keeps one back now and then.
    private static IEnumerable<Sample> OutOfOrder(StreamContext context, int count)
    {
        for (int i = 0; i < count; i += 2)
        {
            Sample first = context.Rent(RowSpec);
            Fill(context, first, i);
            Sample second = context.Rent(RowSpec);
            Fill(context, second, i + 1);
            yield return second;
            yield return first;
        }
    }

    private static IEnumerable<Sample> Added(StreamContext context, Streamer<Sample> source)
    {
        using ActiveStream<Sample> stream = context.Open(source);
        while (stream.MoveNext())
        {
            using Sample from = stream.Current;
            Sample sample = context.Rent(RowSpec);
            for (int i = 0; i < 4; i++)
            {
                sample["X"].Span<float>()[i] = from["X"].Span<float>()[i] + (float)context.Random.NextNormal();
            }

            sample["id"].Span<int>()[0] = from["id"].Item<int>();
            yield return sample;
        }
    }

    private static void Fill(StreamContext context, Sample sample, int id)
    {
        context.Random.FillNormal(sample["X"].Span<float>(), 0, 1);
        sample["id"].Span<int>()[0] = id;
    }
}
