using System.Globalization;

namespace Pescador.Fast.Tests;

/// <summary>The examples of pescador's documentation, 0.1 to 3.0, that need no file and no process, in their new form.</summary>
public sealed class DocumentedExampleTests
{
    /// <summary>"Simple example": an endless stream of mini-batches of Iris with noise, and a linear classifier that learns from it.</summary>
    [Fact]
    public void NoisySamples_OfIris_TeachAClassifier()
    {
        (float[,] x, long[] y) = IrisTable();
        var classifier = new SgdClassifier(3, alpha: 1e-3);
        Streamer<Sample> stream = Streamer.Create(NoisySamples, x, y, 0.3f).WithSeed(1);
        foreach (Sample batch in stream.Buffer(16).Take(3_000))
        {
            using (batch)
            {
                Assert.Equal([16, 4], batch["X"].Shape.ToArray());
                classifier.PartialFit(batch);
            }
        }

        float[] rows = [.. x.Cast<float>()];
        int[] labels = [.. y.Select(label => (int)label)];
        Assert.InRange(classifier.Score(rows, labels), 0.85, 1);
    }

    /// <summary>"Stream re-use and multiplexing": five noise scales, three streams alive, a rate of 64.</summary>
    [Fact]
    public void Mux_OfFiveNoiseScales_KeepsThreeAlive()
    {
        (float[,] x, long[] y) = IrisTable();
        Streamer<Sample>[] streams = [.. new[] { 0f, 0.5f, 1f, 2f, 4f }.Select(sigma => Streamer.Create(NoisySamples, x, y, sigma))];
        var mux = new StochasticMux<Sample>(streams, activeCount: 3, rate: 64, seed: 1);
        int count = 0;
        var used = new HashSet<int>();
        foreach (Sample sample in mux.Take(5_000))
        {
            sample.Dispose();
            count++;
            Assert.Equal(3, streams.Sum(stream => stream.ActivationCount));
            used.UnionWith(Enumerable.Range(0, 5).Where(i => streams[i].ActivationCount > 0));
        }

        Assert.Equal(5_000, count);
        Assert.Equal(5, used.Count);
    }

    /// <summary>The muxes' own examples: letters, two at once, five samples of each on average.</summary>
    [Fact]
    public void StochasticMux_OfLettersAToE_GivesThemInTurns()
    {
        var mux = new StochasticMux<char>("ABCDE".Select(Letter), 2, rate: 5, seed: 1);
        string text = Streams.Text(mux, 2_000);
        Assert.Equal("ABCDE", string.Concat(text.Distinct().Order()));
        Assert.NotEqual(text, Streams.Text(mux, 2_000));
        Assert.InRange(text.Take(9).Distinct().Count(), 1, 5);
    }

    /// <summary>"Hierarchical sampling with ShuffledMux": as many capital as small letters, or three times as many. H0: independent draws; bound
    /// 6 standard errors of a share over 8,000.</summary>
    [Theory]
    [InlineData(null, 0.5)]
    [InlineData(new double[] { 0.75, 0.25 }, 0.75)]
    public void MuxOfMuxes_Weighted_MixesThePopulations(double[]? weights, double expected)
    {
        var capitals = new StochasticMux<char>("ABCDEFGHIJKLMNOPQRSTUVWXYZ".Select(Letter), 3, 5);
        var smalls = new StochasticMux<char>("abcdefghijklmnopqrstuvwxyz".Select(Letter), 5, 2);
        var mux = new ShuffledMux<char>([capitals, smalls], weights, seed: 1);
        string text = Streams.Text(mux, 8_000);
        double error = Math.Sqrt(expected * (1 - expected) / 8_000);
        Assert.InRange(text.Count(char.IsUpper) / 8_000.0, expected - 6 * error, expected + 6 * error);
        Assert.NotInRange(text.Count(char.IsUpper) / 8_000.0, 0.9 * expected - 6 * error, 0.9 * expected);
        Assert.Equal(52, text.Distinct().Count());
    }

    /// <summary>"Why Pescador?": P[X, Y] = P[X | Y] P[Y], the classes alike though the data are not. Bound as above.</summary>
    [Fact]
    public void ShuffledMux_OfOneStreamerPerClass_BalancesTheClasses()
    {
        (string Class, int Count)[] data = [("rare", 3), ("common", 3_000), ("usual", 300)];
        var mux = new ShuffledMux<string>(data.Select(each => Enumerable.Repeat(each.Class, each.Count)), seed: 1);
        string[] items = Streams.Items(mux, 9_000);
        double error = Math.Sqrt(2.0 / 9 / 9_000);
        Assert.All(data, each => Assert.InRange(items.Count(item => item == each.Class) / 9_000.0, 1.0 / 3 - 6 * error, 1.0 / 3 + 6 * error));
    }

    /// <summary>"Using cycle mode to create data epochs": every example once an epoch, each epoch in another order.</summary>
    [Fact]
    public void ExhaustiveMux_Cycling_GivesEpochAfterEpoch()
    {
        Streamer<(int File, int Row)>[] files = [.. Enumerable.Range(0, 3).Select(file => Streamer.Create(Rows, file, 10))];
        var mux = new StochasticMux<(int, int)>(files, activeCount: 3, rate: null, mode: StochasticMode.Exhaustive, seed: 1);
        (int, int)[][] epochs = [.. Streams.Items(mux.Cycle(), 150).Chunk(30)];
        Assert.Equal(5, epochs.Length);
        Assert.All(epochs, epoch => Assert.Equal(30, epoch.Distinct().Count()));
        Assert.Equal(5, epochs.Select(epoch => string.Join(' ', epoch)).Distinct().Count());
    }

    /// <summary>"Using ChainMux for repeatable streams": the same validation set each time round.</summary>
    [Fact]
    public void ChainMux_Cycling_RepeatsTheValidationSet()
    {
        Streamer<(int File, int Row)>[] files = [.. Enumerable.Range(0, 2).Select(file => Streamer.Create(Rows, file, 10))];
        var validation = new ChainMux<(int, int)>(files, ChainMode.Cycle);
        (int, int)[][] rounds = [.. Streams.Items(validation, 60).Chunk(20)];
        Assert.Equal(rounds[0], rounds[1]);
        Assert.Equal(rounds[0], rounds[2]);
        Assert.Equal((1, 9), rounds[0][^1]);
    }

    /// <summary>A map of the user's own, noise added to another stream: the streamer below hangs on the activation above.</summary>
    [Fact]
    public void AdditiveNoise_OverAnotherStreamer_ChangesOneTensor()
    {
        (float[,] x, long[] y) = IrisTable();
        Streamer<Sample> clean = Streamer.FromRows([new("X", x), new("Y", y)], RowOrder.InOrder);
        Streamer<Sample> noisy = Streamer.Create(AdditiveNoise, clean, "X", 0.1f).WithSeed(1);
        double squares = 0;
        int row = 0;
        foreach (Sample sample in noisy)
        {
            using (sample)
            {
                Assert.Equal(y[row], sample["Y"].Span<long>()[0]);
                for (int j = 0; j < 4; j++)
                {
                    squares += Math.Pow(sample["X"].Memory.Span[j] - x[row, j], 2);
                }
            }

            row++;
        }

        Assert.Equal(150, row);
        Assert.Equal(0, clean.ActivationCount);
        Assert.InRange(squares / 600 / 0.01, 0.65, 1.35); // χ² of 600 numbers: 6 standard errors

        foreach (Sample sample in noisy.Take(3))
        {
            sample.Dispose();
            Assert.Equal(1, clean.ActivationCount);
        }

        Assert.Equal(0, clean.ActivationCount);
    }

    /// <summary>The README's first lines: what a streamer of a generator and its argument gives, with a bound and without.</summary>
    [Fact]
    public void Streamer_OfAGeneratorAndItsArgument_CanBeUsedAgain()
    {
        Streamer<int> streamer = Streamer.Create((StreamContext _, int n) => Enumerable.Range(0, n), 5);
        Assert.Equal([0, 1, 2, 3, 4], Streams.Items(streamer, 100));
        Assert.Equal([0, 1, 2], Streams.Items(streamer, 3));
        Assert.Equal([0, 1, 2, 3, 4, 0, 1], Streams.Items(streamer.Cycle(), 7));
    }

    /// <summary>"Sampling for Keras": a trainer's fit takes (inputs, outputs), a graph several of each; the batch is disposed through its tuple.</summary>
    [Fact]
    public void Tuples_OfNoisyBatches_FeedATrainer()
    {
        (float[,] x, long[] y) = IrisTable();
        var mux = new StochasticMux<Sample>(
            new[] { 0f, 0.5f, 1f }.Select(sigma => Streamer.Create(NoisySamples, x, y, sigma)), activeCount: 2, rate: 64, seed: 1);
        Streamer<Sample> batches = mux.Buffer(32);
        var trainer = new RowCounter();
        using (ActiveStream<TensorTuple> stream = batches.Tuples("X", "Y").Open())
        {
            for (int i = 0; i < 100 && stream.MoveNext(); i++)
            {
                using TensorTuple tuple = stream.Current;
                trainer.Fit(tuple[0], tuple[1]);
            }

            Assert.Equal(0, stream.Batches.Outstanding);
        }

        using (ActiveStream<KerasTuple> stream = batches.KerasTuples("X", "Y").Open())
        {
            for (int i = 0; i < 100 && stream.MoveNext(); i++)
            {
                using KerasTuple tuple = stream.Current;
                trainer.Fit(tuple.Inputs.Tensor, tuple.Outputs.Tensor);
            }

            Assert.Equal(0, stream.Batches.Outstanding);
        }

        Assert.Equal(200 * 32, trainer.Rows);
        Assert.Equal(0, mux.ActivationCount);
    }

    private static Streamer<char> Letter(char letter) => Streamer.From(Enumerable.Repeat(letter, int.MaxValue));

    private static IEnumerable<(int File, int Row)> Rows(StreamContext context, int file, int count)
    {
        for (int row = 0; row < count; row++)
        {
            yield return (file, row);
        }
    }

    private static IEnumerable<Sample> NoisySamples(StreamContext context, float[,] x, long[] y, float sigma)
    {
        SampleSpec spec = new(TensorSpec.Of<float>("X", 4), TensorSpec.Of<long>("Y"));
        while (true)
        {
            Sample sample = context.Rent(spec);
            int i = context.Random.Next(y.Length);
            for (int j = 0; j < 4; j++)
            {
                sample["X"].Memory.Span[j] = x[i, j] + sigma * (float)context.Random.NextNormal();
            }

            sample["Y"].Span<long>()[0] = y[i];
            yield return sample;
        }
    }

    private static IEnumerable<Sample> AdditiveNoise(StreamContext context, Streamer<Sample> streamer, string key, float scale)
    {
        foreach (Sample source in Enumerate(context.Open(streamer)))
        {
            using (source)
            {
                Sample sample = context.Rent(source.Spec);
                for (int i = 0; i < source.Count; i++)
                {
                    source[i].Bytes(0, (int)source[i].Spec.LengthInBytes).CopyTo(sample[i].Bytes(0, (int)source[i].Spec.LengthInBytes));
                }

                foreach (ref float value in sample[key].Memory.Span)
                {
                    value += scale * (float)context.Random.NextNormal();
                }

                yield return sample;
            }
        }
    }

    private static IEnumerable<Sample> Enumerate(ActiveStream<Sample> stream)
    {
        while (stream.MoveNext())
        {
            yield return stream.Current;
        }
    }

    private static (float[,] X, long[] Y) IrisTable()
    {
        DirectoryInfo? folder = new(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "Pescador.Fast.sln")))
        {
            folder = folder.Parent;
        }

        string path = Path.Combine(folder?.FullName ?? throw new DirectoryNotFoundException("Pescador.Fast.sln"), "samples", "data", "iris.csv");
        string[][] lines = [.. File.ReadLines(path).Skip(1).Select(line => line.Split(','))];
        var x = new float[lines.Length, 4];
        for (int i = 0; i < lines.Length; i++)
        {
            for (int j = 0; j < 4; j++)
            {
                x[i, j] = float.Parse(lines[i][j], CultureInfo.InvariantCulture);
            }
        }

        return (x, [.. lines.Select(line => long.Parse(line[4], CultureInfo.InvariantCulture))]);
    }

    /// <summary>What a trainer asks of a batch: as many labels as rows, dense and in order.</summary>
    private sealed class RowCounter
    {
        public nint Rows { get; private set; }

        public void Fit(TensorView inputs, TensorView outputs)
        {
            Assert.Equal("X float32[32,4]", inputs.Spec.ToString());
            Assert.Equal("Y int64[32]", outputs.Spec.ToString());
            Assert.All(outputs.Span<long>().ToArray(), label => Assert.InRange(label, 0, 2));
            Rows += inputs.Shape[0];
        }
    }
}
