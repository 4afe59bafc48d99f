using BenchmarkDotNet.Attributes;

namespace Pescador.Fast.Bench;

/// <summary>What does a mux add to choosing an array and a row in it by hand?</summary>
[MemoryDiagnoser]
public class Mux_DispatchAgainstBareLoop
{
    private const int Samples = 4096;
    private const int RowsPerStream = 16;
    private const int Elements = 64;

    private float[][] _arrays = [];
    private RandomGenerator _random = new(1);
    private ActiveStream<Sample> _stochastic, _weighted, _singleActive, _shuffled, _shuffledWeighted, _roundRobin, _chain;

    [Params(10, 1_000)]
    public int Streams { get; set; }

    [GlobalSetup]
    public void SetUp()
    {
        CodedRows[] tables =
            [.. Enumerable.Range(0, Streams).Select(static i => new CodedRows(RowsPerStream, Elements, firstCode: i * RowsPerStream))];
        Streamer<Sample>[] finite = [.. tables.Select(static table => Streamer.FromRows(table.Rows, RowOrder.InOrder))];
        Streamer<Sample>[] endless = [.. tables.Select(static table => Streamer.FromRows(table.Rows))];
        double[] harmonic = Proof.Harmonic(Streams);
        int active = Math.Min(100, Streams / 2);
        _arrays = [.. tables.Select(static table => table.X)];
        _stochastic = new StochasticMux<Sample>(endless, active, 8, seed: 1).Open();
        _weighted = new StochasticMux<Sample>(endless, active, 8, harmonic, seed: 1).Open();
        _singleActive = new StochasticMux<Sample>(endless, active, 8, mode: StochasticMode.SingleActive, seed: 1).Open();
        _shuffled = new ShuffledMux<Sample>(endless, seed: 1).Open();
        _shuffledWeighted = new ShuffledMux<Sample>(endless, harmonic, seed: 1).Open();
        _roundRobin = new RoundRobinMux<Sample>(endless, seed: 1).Open();
        _chain = new ChainMux<Sample>(finite, ChainMode.Cycle, seed: 1).Open();

        double[] equal = [.. Enumerable.Repeat(1.0 / Streams, Streams)];
        Prove(nameof(Stochastic), equal, _stochastic, dispersion: 10);
        Prove(nameof(StochasticWeighted), harmonic, _weighted, dispersion: 10);
        Prove(nameof(StochasticSingleActive), equal, _singleActive, dispersion: 10);
        Prove(nameof(Shuffled), equal, _shuffled, dispersion: 1);
        Prove(nameof(ShuffledWeighted), harmonic, _shuffledWeighted, dispersion: 1);
        Prove(nameof(RoundRobin), equal, _roundRobin, dispersion: 1);
        Prove(nameof(Chain), equal, _chain, dispersion: RowsPerStream);
        Proof.Shares(nameof(BareLoop), equal, 1_000_000, () => (int)NextByHand() / RowsPerStream);
    }

    [GlobalCleanup]
    public void CleanUp()
    {
        ActiveStream<Sample>[] streams = [_stochastic, _weighted, _singleActive, _shuffled, _shuffledWeighted, _roundRobin, _chain];
        foreach (ActiveStream<Sample> stream in streams)
        {
            stream.Dispose();
        }
    }

    [Benchmark(Baseline = true, OperationsPerInvoke = Samples)]
    public float BareLoop()
    {
        float sum = 0;
        for (int i = 0; i < Samples; i++)
        {
            sum += NextByHand();
        }

        return sum;
    }

    [Benchmark(OperationsPerInvoke = Samples)]
    public float Stochastic() => Pull(_stochastic);

    [Benchmark(OperationsPerInvoke = Samples)]
    public float StochasticWeighted() => Pull(_weighted);

    [Benchmark(OperationsPerInvoke = Samples)]
    public float StochasticSingleActive() => Pull(_singleActive);

    [Benchmark(OperationsPerInvoke = Samples)]
    public float Shuffled() => Pull(_shuffled);

    [Benchmark(OperationsPerInvoke = Samples)]
    public float ShuffledWeighted() => Pull(_shuffledWeighted);

    [Benchmark(OperationsPerInvoke = Samples)]
    public float RoundRobin() => Pull(_roundRobin);

    [Benchmark(OperationsPerInvoke = Samples)]
    public float Chain() => Pull(_chain);

    private static float Pull(ActiveStream<Sample> stream)
    {
        float sum = 0;
        for (int i = 0; i < Samples; i++)
        {
            sum += Next(stream);
        }

        return sum;
    }

    private static float Next(ActiveStream<Sample> stream)
    {
        if (!stream.MoveNext())
        {
            throw new InvalidOperationException("The mux ended, though its streams are endless.");
        }

        Sample sample = stream.Current;
        float first = sample["X"].Span<float>()[0];
        sample.Dispose();
        return first;
    }

    private static void Prove(string contestant, double[] shares, ActiveStream<Sample> stream, double dispersion) =>
        Proof.Shares(contestant, shares, 1_000_000, () => (int)Next(stream) / RowsPerStream, dispersion);

    private float NextByHand()
    {
        float[] array = _arrays[_random.NextInt32(_arrays.Length)];
        return array[_random.NextInt32(RowsPerStream) * Elements];
    }
}
