// Runs a model by the package Microsoft.ML.OnnxRuntime on the memory that batches are stacked into. Not built by default, because it needs that package:
//   dotnet run -c Release --project samples/WithMicrosoftOnnxRuntime -p:TrainerPackages=true -- digits.onnx
// The model takes float32[n,64] under the name X and gives float32[n,10] under the name scores, as the one that samples/DigitsOnnx writes.
using Microsoft.ML.OnnxRuntime;
using Pescador.Fast;

if (args is not [var path])
{
    Console.Error.WriteLine("Say which model: the path of a .onnx file, as the one that samples/DigitsOnnx writes.");
    return 1;
}

const int Pixels = 64;
const int Classes = 10;
const int BatchSize = 64;
Source digits = Source.Csv(Path.Combine(AppContext.BaseDirectory, "digits.csv.gz"), new CsvFormat { Label = "-1", HasHeader = false });
Streamer<Sample> batches = digits.Split(heldOut: 0.2, seed: 1).HeldOut.Rows(RowOrder.InOrder).Buffer(BatchSize, partial: true).Tap(static batch =>
{
    foreach (ref float pixel in batch["X"].Span<float>())
    {
        pixel /= 16;
    }
});
using var session = new InferenceSession(path);
using var options = new RunOptions();
string[] inputNames = ["X"];
string[] outputNames = ["scores"];
var scores = new float[BatchSize * Classes];
long right = 0;
long rows = 0;

// <ortvalue>
foreach (Sample batch in batches)
{
    using (batch)
    {
        long count = batch.Length ?? 0;

        // Both lie where they are: the batch's slab, pinned until the value is disposed, and an array of ours that the session writes into.
        using OrtValue x = OrtValue.CreateTensorValueFromMemory(OrtMemoryInfo.DefaultInstance, batch["X"].Memory, [count, Pixels]);
        using OrtValue y = OrtValue.CreateTensorValueFromMemory(OrtMemoryInfo.DefaultInstance, scores.AsMemory(0, (int)count * Classes), [count, Classes]);
        session.Run(options, inputNames, [x], outputNames, [y]);
        right += CountRight(scores, batch["Y"].Span<long>());
        rows += count;
    }
}
// </ortvalue>

Console.WriteLine($"accuracy {(double)right / rows:0.000} on {rows} digits held out");
return 0;

static int CountRight(float[] scores, ReadOnlySpan<long> labels)
{
    int right = 0;
    for (int row = 0; row < labels.Length; row++)
    {
        ReadOnlySpan<float> of = scores.AsSpan(row * Classes, Classes);
        right += of[(int)labels[row]] >= System.Numerics.Tensors.TensorPrimitives.Max(of) ? 1 : 0;
    }

    return right;
}
