using System.Globalization;
using System.Text.RegularExpressions;
using Pescador.Fast.CApi.Tests.Support;

namespace Pescador.Fast.CApi.Tests.PythonModule;

/// <summary>The training programs of samples/Python learn what they say.</summary>
public sealed partial class SampleTests
{
    private const int Classes = 8;
    private const int Features = 64;

    [Fact]
    public async Task TrainDigits_OfItsFixedSeed_ReachesItsAccuracy()
    {
        string output = await RunAsync("train_digits.py");
        Assert.InRange(LastAccuracy(output), 0.95, 1);
    }

    [Fact]
    public async Task TrainCorpus_OverSmallFilesOfItsForm_ReachesItsAccuracy()
    {
        using var corpus = new DataFolder();
        WriteCorpus(corpus, files: 16, rowsPerFile: 1500);
        string output = await RunAsync("train_corpus.py", corpus.Path);
        Assert.InRange(LastAccuracy(output), 0.93, 0.985); // 0.964 is the best there can be, over ever so many rows
    }

    [Fact]
    public async Task TrainCorpus_OverAnEmptyFolder_SaysHowToWriteOne()
    {
        await Python.RequireAsync(numpy: false, torch: true);
        using var empty = new DataFolder();
        (int exitCode, _, string errors) = await Python.TryRunAsync([Sample("train_corpus.py"), empty.Path]);
        Assert.Equal(1, exitCode);
        Assert.Contains("-- demo --folder", errors, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("train_digits.py")]
    [InlineData("train_corpus.py")]
    public async Task Sample_WithoutTorch_SaysWhatToInstall(string sample)
    {
        string program = $"import sys, runpy; sys.modules['torch'] = None; sys.argv = ['{sample}', '.']; runpy.run_path(r'{Sample(sample)}', run_name='__main__')";
        (int exitCode, _, string errors) = await Python.TryRunAsync(["-c", program]);
        Assert.Equal((1, "This sample needs PyTorch; install it: apt-get install python3-torch\n"), (exitCode, errors));
    }

    private static async Task<string> RunAsync(string sample, params string[] arguments)
    {
        await Python.RequireAsync(numpy: false, torch: true);
        (int exitCode, string output, string errors) = await Python.TryRunAsync([Sample(sample), .. arguments]);
        Assert.True(exitCode == 0, $"{output}\n{errors}");
        return output;
    }

    private static string Sample(string name) => Path.Combine(Places.Root, "samples", "Python", name);

    private static double LastAccuracy(string output) => double.Parse(Accuracy().Matches(output)[^1].Groups[1].Value, CultureInfo.InvariantCulture);

    // As the demonstration's: classes at distance 3.5 from the origin along directions of their own, most rows of a file of one class, then units and offsets.
    private static void WriteCorpus(DataFolder folder, int files, int rowsPerFile)
    {
        var random = new StreamRandom(1);
        float[] units = [.. Enumerable.Range(0, Features).Select(_ => (float)Math.Pow(10, (random.NextDouble() * 3) - 1.5))];
        float[] offsets = [.. units.Select(unit => (float)(random.NextNormal() * 3) * unit)];
        var row = new float[Features];
        for (int file = 0; file < files; file++)
        {
            using var x = new NpyWriter(folder[$"{file:000}.X.npy"], ElementType.Float32, Features);
            using var y = new NpyWriter(folder[$"{file:000}.Y.npy"], ElementType.UInt8);
            for (int i = 0; i < rowsPerFile; i++)
            {
                int label = random.NextDouble() < 0.7 ? file % Classes : random.Next(Classes);
                random.FillNormal(row, 0, 1);
                row[label] += 3.5f;
                for (int feature = 0; feature < Features; feature++)
                {
                    row[feature] = (row[feature] * units[feature]) + offsets[feature];
                }

                x.Write<float>(row);
                y.Write<byte>([(byte)label]);
            }

            x.Complete();
            y.Complete();
        }
    }

    [GeneratedRegex(@"accuracy (\d\.\d+)")]
    private static partial Regex Accuracy();
}
