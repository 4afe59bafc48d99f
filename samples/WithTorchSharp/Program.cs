// Trains by TorchSharp on the memory that batches are stacked into. Not built by default, because it needs TorchSharp's package:
//   dotnet run -c Release --project samples/WithTorchSharp -p:TrainerPackages=true
using System.Runtime.InteropServices;
using Pescador.Fast;
using Samples;
using TorchSharp;
using static TorchSharp.torch;

const int Classes = 10;
Source digits = Source.Csv(Path.Combine(AppContext.BaseDirectory, "digits.csv.gz"), new CsvFormat { Label = "-1", HasHeader = false });
(Source training, Source heldOut) = digits.Split(heldOut: 0.2, seed: 1);
using var model = nn.Sequential(("hidden", nn.Linear(64, 64)), ("relu", nn.ReLU()), ("output", nn.Linear(64, Classes)));
using var optimizer = optim.Adam(model.parameters(), lr: 1e-3);
using var loss = nn.CrossEntropyLoss();

// <torchsharp>
var slabs = new TorchSlabs();
var batches = training.Rows(RowOrder.Permuted).Cycle().Buffer(64).With(allocator: slabs).Prefetch(4);
foreach (Sample batch in batches.Iterate(2000))
{
    using (batch)
    using (NewDisposeScope())
    {
        Tensor x = slabs.Over(batch["X"]);                      // the batch's own memory; no copy
        Tensor y = tensor(Labels(batch));                       // 64 labels: torch.tensor clones
        optimizer.zero_grad();
        loss.forward(model.forward(x / 16), y).backward();
        optimizer.step();
    }                                                           // torch is done with the memory before the batch gives it back
}
// </torchsharp>

// <fromarray>
// The same without an allocator of one's own: arrays of the element type, which torch.from_array shares. They are aligned as the runtime does it.
long right = 0;
long rows = 0;
foreach (Sample batch in heldOut.Rows(RowOrder.InOrder).Buffer(64, partial: true).With(allocator: SlabAllocator.Managed))
{
    using (batch)
    using (NewDisposeScope())
    {
        long count = batch.Length ?? 0;
        _ = MemoryMarshal.TryGetArray<float>(batch["X"].Memory, out ArraySegment<float> features);
        Tensor x = from_array(features.Array!).narrow(0, 0, count * 64).view(count, 64); // the managed allocator's memory is an array
        right += model.forward(x / 16).argmax(1).eq(tensor(Labels(batch))).sum().item<long>();
        rows += count;
    }
}
// </fromarray>

Console.WriteLine($"accuracy {(double)right / rows:0.000} on {rows} digits held out");

static long[] Labels(Sample batch)
{
    ReadOnlySpan<long> labels = batch["Y"].Span<long>();
    return labels.ToArray();
}
