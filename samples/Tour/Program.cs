// The README's shorter examples, one after the other.
using Pescador.Fast;

float[,] images = new float[1000, 64];
int[] labels = new int[1000];

// <rows>
// Rows of in-memory arrays are samples, without a copy.
var rows = Streamer.FromRows(new Dictionary<string, TensorData> { ["X"] = images, ["Y"] = labels }, RowOrder.Permuted);
foreach (Sample batch in rows.Buffer(128, partial: true))
{
    using (batch)
    {
        Memory<float> x = batch["X"].Memory;        // [128, 64], aligned to 64 bytes, dense
        Console.WriteLine($"{batch} from {x.Length} floats");
    }
}
// </rows>

var rare = rows.Where(sample => sample["Y"].Item<int>() == 0);
var common = rows;

// <weights>
// Balance classes, and change the balance while it runs.
var weights = new MuxWeights(1, 3);
var balanced = new ShuffledMux<Sample>([rare.Cycle(), common.Cycle()], weights, seed: 7);
foreach (Sample sample in balanced.Iterate(10))
{
    weights[0] += 0.5;
    sample.Dispose();
}
// </weights>

// <state>
// Save where a run stands, and go on from there in another process.
byte[] saved;
using (ActiveStream<Sample> run = balanced.Open())
{
    for (int i = 0; i < 100 && run.MoveNext(); i++)
    {
        run.Current.Dispose();
    }

    saved = run.Save().ToArray();
}

using (ActiveStream<Sample> resumed = balanced.Restore(StreamState.FromArray(saved)))
{
    resumed.MoveNext();
    Console.WriteLine($"sample 101: {resumed.Current}");
    resumed.Current.Dispose();
}
// </state>

// <budget>
// One ceiling on the bytes of a whole tree.
var budget = new MemoryBudget(64 << 20);
foreach (Sample batch in balanced.Buffer(256).With(budget: budget).Iterate(5))
{
    batch.Dispose();
}

Console.WriteLine($"{budget.PeakInBytes} of {budget.LimitInBytes} bytes were used at most");
// </budget>
