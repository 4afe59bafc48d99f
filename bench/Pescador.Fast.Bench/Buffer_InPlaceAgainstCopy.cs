using BenchmarkDotNet.Attributes;

namespace Pescador.Fast.Bench;

/// <summary>What do the ways into a batch cost: straight from an array, in place, a view and a copy, a loose sample and a copy?</summary>
[MemoryDiagnoser]
public class Buffer_InPlaceAgainstCopy
{
    private const int BatchSize = 128;
    private const int TableInBytes = 128 << 20; // four times the last-level cache

    private CodedRows _table = new(1, 1);
    private SlabPool _pool = new(new SampleSpec(), 1);
    private ActiveStream<Sample> _fromRows, _inPlace, _views, _loose;
    private RandomGenerator _random = new(1);

    /// <summary>Length of a sample's X.</summary>
    [Params(256, 16_384)]
    public int RowBytes { get; set; }

    [GlobalSetup]
    public void SetUp()
    {
        _table = new CodedRows(TableInBytes / RowBytes, RowBytes / sizeof(float));
        _pool = new SlabPool(_table.Spec.Stack(BatchSize)); // one for all: each writes the slab that was returned last
        _fromRows = Streamer.FromRows(_table.Rows).Buffer(BatchSize, pool: _pool).Open();
        _inPlace = Streamer.Create(Copies, _table).Buffer(BatchSize, pool: _pool).Open();
        _views = Streamer.Create(Views, _table).Buffer(BatchSize, pool: _pool).Open();
        _loose = Streamer.Create(LooseCopies, _table).Buffer(BatchSize, pool: _pool).Open();
        Prove(nameof(FromRows), Next(_fromRows));
        Prove(nameof(IteratorInPlace), Next(_inPlace));
        Prove(nameof(IteratorOfViews), Next(_views));
        Prove(nameof(IteratorLoose), Next(_loose));
        Prove(nameof(CopyTo), Copy());

        // They are what their names say: of the one a single sample was loose, which told the form; of the other all were.
        Proof.Same(nameof(IteratorInPlace), 1, _inPlace.LooseSamples.Rented);
        Proof.Same(nameof(IteratorLoose), true, _loose.LooseSamples.Rented >= BatchSize);
    }

    [GlobalCleanup]
    public void CleanUp()
    {
        _fromRows.Dispose();
        _inPlace.Dispose();
        _views.Dispose();
        _loose.Dispose();
        _pool.Dispose();
    }

    /// <summary>By hand; what there is to reach.</summary>
    [Benchmark(Baseline = true)]
    public void CopyTo() => Copy().Dispose();

    [Benchmark]
    public void FromRows() => Next(_fromRows).Dispose();

    [Benchmark]
    public void IteratorInPlace() => Next(_inPlace).Dispose();

    [Benchmark]
    public void IteratorOfViews() => Next(_views).Dispose();

    [Benchmark]
    public void IteratorLoose() => Next(_loose).Dispose();

    private static IEnumerable<Sample> Copies(StreamContext context, CodedRows table)
    {
        while (true)
        {
            Sample sample = context.Rent(table.Spec);
            Fill(sample, table, context.Random.Next(table.Count));
            yield return sample;
        }
    }

    private static IEnumerable<Sample> Views(StreamContext context, CodedRows table)
    {
        while (true)
        {
            yield return context.View(table.Rows, context.Random.Next(table.Count));
        }
    }

    // Looks one sample ahead: what it rents while a row is filled is not what it yields, so it is given memory of its own.
    private static IEnumerable<Sample> LooseCopies(StreamContext context, CodedRows table)
    {
        Sample ahead = context.Rent(table.Spec);
        Fill(ahead, table, context.Random.Next(table.Count));
        while (true)
        {
            Sample sample = ahead;
            ahead = context.Rent(table.Spec);
            Fill(ahead, table, context.Random.Next(table.Count));
            yield return sample;
        }
    }

    private static void Fill(Sample sample, CodedRows table, int row)
    {
        table.XOf(row).CopyTo(sample["X"].Span<float>());
        sample["Y"].Span<float>()[0] = table.Y[row];
    }

    private static Sample Next(ActiveStream<Sample> stream) =>
        stream.MoveNext() ? stream.Current : throw new InvalidOperationException("The stream ended, though its rows are endless.");

    private Sample Copy()
    {
        Sample batch = _pool.Rent();
        Span<float> x = batch["X"].Span<float>();
        Span<float> y = batch["Y"].Span<float>();
        for (int i = 0; i < BatchSize; i++)
        {
            int row = _random.NextInt32(_table.Count);
            _table.XOf(row).CopyTo(x[(i * _table.Width)..]);
            y[i] = _table.Y[row];
        }

        return batch;
    }

    private void Prove(string contestant, Sample batch)
    {
        using (batch)
        {
            Proof.Same(contestant, (nint)BatchSize, batch.Length ?? 0);
            _table.Recognise(batch["X"].Span<float>(), batch["Y"].Span<float>());
        }
    }
}
