using System.Globalization;

namespace Pescador.Fast.Tests;

/// <summary>Streams with a content that can be checked, and ways to read them.</summary>
internal static class MapData
{
    internal static ActiveStream<T> Start<T>(this Streamer<T> streamer) => streamer.Open(TestContext.Current.CancellationToken);

    internal static ActiveStream<T> Resume<T>(this Streamer<T> streamer, StreamState state) =>
        streamer.Restore(state, TestContext.Current.CancellationToken);

    internal static Streamer<char> Letters(string letters) => Streamer.From(letters.ToCharArray());

    internal static string Text(this Streamer<char> streamer, int most = 1000) => string.Concat(streamer.Iterate(most));

    /// <summary>Samples {X float32[2], Y int32[]} in order: number i has X = (i, −i) and Y = i.</summary>
    internal static Streamer<Sample> Numbered(int count) => Streamer.FromRows(Table(count), RowOrder.InOrder);

    /// <summary>The same, each rented and filled by an iterator: loose samples, or rows built in place.</summary>
    internal static Streamer<Sample> NumberedLoose(int count) => Streamer.Create(RentNumbered, count);

    /// <summary>The same as mini-batches of the given lengths.</summary>
    internal static Streamer<Sample> MiniBatches(params int[] lengths) => Streamer.Create(RentMiniBatches, lengths);

    internal static TensorRows Table(int count) => new(
    [
        new("X", new TensorData(Enumerable.Range(0, 2 * count).Select(i => (float)(i % 2 == 0 ? i / 2 : -(i / 2))).ToArray(), count, 2)),
        new("Y", Enumerable.Range(0, count).ToArray()),
    ]);

    /// <summary>The number of a sample, its tensors checked against each other; it is disposed.</summary>
    internal static int TakeNumber(Sample sample)
    {
        using (sample)
        {
            return Number(sample);
        }
    }

    internal static int Number(Sample sample)
    {
        int number = sample["Y"].Item<int>();
        Span<float> x = sample["X"].Span<float>();
        return x[0] == number && x[1] == -number
            ? number
            : throw new InvalidOperationException($"Y is {number}, but X is ({x[0]}, {x[1]}).");
    }

    /// <summary>The numbers of a batch's rows, its tensors checked against each other; it is disposed.</summary>
    internal static int[] TakeNumbers(Sample batch)
    {
        using (batch)
        {
            int[] numbers = batch["Y"].Span<int>().ToArray();
            Span<float> x = batch["X"].Span<float>();
            Assert.Equal(2 * numbers.Length, x.Length);
            for (int i = 0; i < numbers.Length; i++)
            {
                Assert.Equal((numbers[i], -numbers[i]), (x[2 * i], x[(2 * i) + 1]));
            }

            return numbers;
        }
    }

    internal static List<int> Numbers(this Streamer<Sample> streamer, int most = 1000)
    {
        var numbers = new List<int>();
        foreach (Sample sample in streamer.Iterate(most))
        {
            numbers.Add(TakeNumber(sample));
        }

        return numbers;
    }

    internal static string Join(IEnumerable<int> numbers) => string.Join(' ', numbers.Select(n => n.ToString(CultureInfo.InvariantCulture)));

    /// <summary>The numbers of one activation, pulled straight into the rows of slabs.</summary>
    internal static List<int> FilledNumbers(Streamer<Sample> streamer, ulong seed, int most, int slabRows)
    {
        var scope = new StreamScope(SlabAllocator.Native, null, SlabPool.DefaultTimeout);
        SampleSpec row = Table(1).RowSpec;
        using var pool = new SlabPool(row.Stack(slabRows), slabCount: 1);
        var rows = new RowWriter(row);
        var numbers = new List<int>();
        Activation<Sample> activation = streamer.Activate(scope, seed);
        int filled = slabRows;
        while (numbers.Count < most && filled == slabRows)
        {
            Sample batch = pool.Rent(TestContext.Current.CancellationToken);
            rows.Begin(batch.Core);
            filled = activation.Fill(rows, slabRows);
            Assert.Equal(filled, rows.Row);
            numbers.AddRange(TakeNumbers(batch)[..filled]);
        }

        activation.Close();
        Assert.Equal((0, 0), (scope.LooseCounters.Outstanding, scope.Views.Outstanding));
        return [.. numbers.Take(most)];
    }

    /// <summary>The numbers of one activation, pulled loose.</summary>
    internal static List<int> LooseNumbers(Streamer<Sample> streamer, ulong seed, int most)
    {
        var scope = new StreamScope(SlabAllocator.Native, null, SlabPool.DefaultTimeout);
        var numbers = new List<int>();
        Activation<Sample> activation = streamer.Activate(scope, seed);
        while (numbers.Count < most && activation.TryNext(out Sample sample))
        {
            numbers.Add(TakeNumber(sample));
        }

        activation.Close();
        Assert.Equal((0, 0), (scope.LooseCounters.Outstanding, scope.Views.Outstanding));
        return numbers;
    }

    private static IEnumerable<Sample> RentNumbered(StreamContext context, int count)
    {
        SampleSpec spec = Table(1).RowSpec;
        for (int i = 0; i < count; i++)
        {
            Sample sample = context.Rent(spec);
            Number(sample, 0, i);
            yield return sample;
        }
    }

    private static IEnumerable<Sample> RentMiniBatches(StreamContext context, int[] lengths)
    {
        SampleSpec row = Table(1).RowSpec;
        SampleSpec[] specs = [.. lengths.Select(length => row.Stack(length))];
        int next = 0;
        foreach (SampleSpec spec in specs)
        {
            Sample batch = context.Rent(spec);
            for (int i = 0; i < spec[0].Shape[0]; i++)
            {
                Number(batch, i, next++);
            }

            yield return batch;
        }
    }

    private static void Number(Sample sample, int row, int number)
    {
        sample["X"].Span<float>()[2 * row] = number;
        sample["X"].Span<float>()[(2 * row) + 1] = -number;
        sample["Y"].Span<int>()[row] = number;
    }
}
