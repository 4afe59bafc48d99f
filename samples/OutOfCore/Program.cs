// The README's examples with files, one after the other, over small files that the program writes and removes.
using Pescador.Fast;
using Samples;

using var corpus = new Corpus();
string folder = corpus.Folder;

// <files>
// A source is a file whose rows are samples. It is opened when a stream asks for the first row.
var pair = Source.Npy([("X", $"{folder}/scan.X.npy"), ("Y", $"{folder}/scan.Y.npy")]);
var archive = Source.Npz($"{folder}/train/00.npz");
var files = Source.OpenAll([$"{folder}/train"]);                // all of a known format, in the order of their paths

foreach (ArrayInfo array in archive.Inspect().Arrays)           // from the headers alone
{
    Console.WriteLine($"{array}, {array.LengthInBytes} bytes{(array.IsCompressed ? ", deflated" : "")}");
}
// </files>

// <rows>
// Which rows, and in which order; no list of them is kept.
var random = pair.Rows();                                       // endless, with replacement
var pass = pair.Rows(RowOrder.Permuted);                        // each once
var windows = pair.Windows(16);                                 // 16 adjacent rows a sample: pescador's sample_npz
var share = pair.Shard(index: 0, count: 4).Rows();              // adjacent rows, for one of four machines
var (training, heldOut) = pair.Split(heldOut: 0.2, seed: 1);    // by chance, the same for the same seed
// </rows>

Console.WriteLine($"{Count(training)} rows to train from, {Count(heldOut)} held out");
Show("a random row", random);
Show("the first of a permuted pass", pass);
Show("a window", windows);
Show("a row of the first quarter", share);

// <mux>
// 16 of the files are open at once, each for 64 samples on average. What is inflated and stacked stays within 4 MiB.
var budget = new MemoryBudget(4 << 20);
var mux = new StochasticMux<Sample>(files.Select(file => file.Rows()), activeCount: 16, rate: 64, mode: StochasticMode.SingleActive, seed: 1);
var batches = mux.Buffer(128).With(budget: budget);
using (ActiveStream<Sample> stream = batches.Open())
{
    for (int i = 0; i < 100 && stream.MoveNext(); i++)
    {
        stream.Current.Dispose();
    }

    Console.WriteLine($"{budget.PeakInBytes} of {budget.LimitInBytes} bytes were held at most; {stream.WorkingSet}");
}
// </mux>

var classifier = new SgdClassifier(Corpus.Kinds);

// <prefetch>
// The next four batches are made on a background thread. What comes depends on the seed, never on timing.
var ahead = batches.Prefetch(4);
using (ActiveStream<Sample> stream = ahead.Open())
{
    for (int i = 0; i < 1000 && stream.MoveNext(); i++)
    {
        using Sample batch = stream.Current;
        classifier.PartialFit(batch);
    }

    Console.WriteLine(stream.Prefetch.Explain());               // who waited for whom
}

await foreach (Sample batch in ahead.IterateAsync(maxIterations: 10))
{
    batch.Dispose();                                            // no thread is blocked while none is ready
}
// </prefetch>

// <bad>
// Up to 10 bad samples are left out, and listed. The eleventh would end the run with its file, row and reason.
var readings = Source.Csv($"{folder}/readings.csv", new CsvFormat { Label = "kind" }).Rows(RowOrder.InOrder).SkipBad(10);
using (ActiveStream<Sample> stream = readings.Open())
{
    while (stream.MoveNext())
    {
        stream.Current.Dispose();
    }

    foreach (BadSample bad in stream.Skipped)
    {
        Console.WriteLine($"row {bad.Row}: {bad.Reason}");
    }
}
// </bad>

// <state>
// The state of a run over files is positions and seeds: some kilobytes, whatever the files hold.
StreamState state;
float expected;
using (ActiveStream<Sample> run = ahead.WithSeed(3).Open())
{
    for (int i = 0; i < 50 && run.MoveNext(); i++)
    {
        run.Current.Dispose();
    }

    state = run.Save();
    run.MoveNext();
    using Sample next = run.Current;
    expected = next["X"].Span<float>()[0];
}

using (ActiveStream<Sample> run = ahead.WithSeed(3).Restore(state))
{
    run.MoveNext();
    using Sample next = run.Current;
    Console.WriteLine($"batch 51, from {state.ToArray().Length} bytes of state: the same is {next["X"].Span<float>()[0] == expected}");
}
// </state>

static void Show(string what, Streamer<Sample> streamer)
{
    foreach (Sample sample in streamer.Iterate(1))
    {
        Console.WriteLine($"{what}: {sample}");
        sample.Dispose();
    }
}

static int Count(Source source)
{
    int rows = 0;
    foreach (Sample sample in source.Rows(RowOrder.InOrder))
    {
        rows++;
        sample.Dispose();
    }

    return rows;
}
