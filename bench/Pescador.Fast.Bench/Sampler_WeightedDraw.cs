using BenchmarkDotNet.Attributes;

namespace Pescador.Fast.Bench;

/// <summary>Which way of drawing an index in proportion to its weight costs what? The weights are 1/(i + 1).</summary>
[MemoryDiagnoser]
public class Sampler_WeightedDraw
{
    private readonly Random _systemRandom = new(1);
    private RandomGenerator _random = new(1);
    private DiscreteSampler _sampler = new(1);
    private double[] _weights = [];
    private double[] _sums = [];
    private AliasTable _alias = new([1]);

    [Params(10, 1_000, 100_000)]
    public int Weights { get; set; }

    [GlobalSetup]
    public void SetUp()
    {
        _weights = Proof.Harmonic(Weights);
        _sampler = new DiscreteSampler(_weights);
        _alias = new AliasTable(_weights);
        _sums = new double[Weights];
        double sum = 0;
        for (int i = 0; i < Weights; i++)
        {
            _sums[i] = sum += _weights[i];
        }

        // The scan is given fewer draws where it takes longer.
        Proof.Shares(nameof(TreeOfSums), _weights, 1_000_000, TreeOfSums);
        Proof.Shares(nameof(Alias), _weights, 1_000_000, Alias);
        Proof.Shares(nameof(DrawAndChange), _weights, 1_000_000, DrawAndChange);
        Proof.Shares(nameof(BinarySearch), _weights, 1_000_000, BinarySearch);
        Proof.Shares(nameof(LinearScan), _weights, 10_000_000 / Weights, LinearScan);
    }

    [Benchmark(Baseline = true, Description = "DiscreteSampler.Draw")]
    public int TreeOfSums() => _sampler.Draw(ref _random);

    [Benchmark(Description = "linear scan")]
    public int LinearScan()
    {
        double u = _random.NextDouble() * _sums[^1];
        int i = 0;
        for (; i < _weights.Length - 1 && u >= _weights[i]; i++)
        {
            u -= _weights[i];
        }

        return i;
    }

    [Benchmark(Description = "System.Random and binary search")]
    public int BinarySearch()
    {
        int index = Array.BinarySearch(_sums, _systemRandom.NextDouble() * _sums[^1]);
        return Math.Min(index < 0 ? ~index : index + 1, _sums.Length - 1);
    }

    /// <summary>The fastest where no weight ever changes.</summary>
    [Benchmark(Description = "alias table")]
    public int Alias() => _alias.Draw(ref _random);

    /// <summary>What a changed weight costs the contestant that can take one.</summary>
    [Benchmark(Description = "DiscreteSampler: draw, change that weight")]
    public int DrawAndChange()
    {
        int index = _sampler.Draw(ref _random);
        _sampler[index] = _weights[index];
        return index;
    }
}
