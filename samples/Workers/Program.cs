// Four processes distort images; this one learns from them.
using System.Globalization;
using Pescador.Fast;
using Samples;

var digits = new Digits(Path.Combine(AppContext.BaseDirectory, "digits.csv.gz"), Sigma: 4, Batch: 64);

// <workers>
// Called in each of the four processes, which find it by its name: a static method, what it needs as arguments that JSON carries, and which of the
// shards is its own.
static Streamer<Sample> Distorted(Digits digits, WorkerShard shard)
{
    (Source training, _) = digits.Open();
    var mine = training.Shard(shard.Index, shard.Count);        // every process reads other rows
    return Streamer.Create(Digits.Distort, mine.Rows(), digits.Sigma).Buffer(digits.Batch);
}

// A batch of each in turn: the run repeats from its seed, whatever the timing. A process that dies is started anew, and goes on where it was.
var batches = ZmqStreamer.InProcesses(Distorted, digits, workers: 4, new WorkerOptions { MaxRestarts = 2 });
var classifier = new SgdClassifier(Digits.Classes);
using (ActiveStream<Sample> stream = batches.WithSeed(1).Open())
{
    for (int i = 0; i < 2000 && stream.MoveNext(); i++)
    {
        using Sample batch = stream.Current;                    // lies in memory that this process and the worker share
        classifier.PartialFit(batch);
    }

    Console.WriteLine(stream.Prefetch.Explain());               // who waited for whom
    foreach (ZmqWorkerCounters worker in batches.Counters)
    {
        Console.WriteLine($"process {worker.Worker}: {worker.Samples} batches, {worker.Bytes} bytes, {worker.Restarts} restarts");
    }
}
// </workers>

(_, Source heldOut) = digits.Open();
int right = 0;
int all = 0;
foreach (Sample image in Streamer.Create(Digits.Distort, heldOut.Rows(RowOrder.InOrder), 0f))
{
    right += classifier.Predict(image["X"].Span<float>()) == image["Y"].Span<int>()[0] ? 1 : 0;
    all++;
    image.Dispose();
}

Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{100.0 * right / all:0.0} % of the {all} images that no process was given are told apart."));
