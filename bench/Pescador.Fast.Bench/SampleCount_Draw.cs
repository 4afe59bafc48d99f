using BenchmarkDotNet.Attributes;

namespace Pescador.Fast.Bench;

/// <summary>What does drawing the count of samples of an activation cost under each law?</summary>
[MemoryDiagnoser]
public class SampleCount_Draw
{
    private const int Draws = 1024;
    private const double Share = 0.01;

    private RandomGenerator _random = new(1);
    private SampleCountSampler _constant = new(SampleCountDistribution.Constant, 1);
    private SampleCountSampler _binomial = new(SampleCountDistribution.Binomial, 1);
    private SampleCountSampler _poisson = new(SampleCountDistribution.Poisson, 1);
    private double _share = Share;

    /// <summary>Mean of the counts.</summary>
    [Params(8, 256)]
    public int RateInSamples { get; set; }

    [GlobalSetup]
    public void SetUp()
    {
        _constant = new SampleCountSampler(SampleCountDistribution.Constant, RateInSamples);
        _binomial = new SampleCountSampler(SampleCountDistribution.Binomial, RateInSamples);
        _poisson = new SampleCountSampler(SampleCountDistribution.Poisson, RateInSamples);
        Prove(nameof(Constant), Constant);
        Prove(nameof(Binomial), Binomial);
        Prove(nameof(BinomialOfChangingShare), BinomialOfChangingShare);
        Prove(nameof(Poisson), Poisson);
        Prove(nameof(PoissonByProduct), PoissonByProduct);
    }

    [Benchmark(OperationsPerInvoke = Draws)]
    public long Constant() => Repeat(_constant);

    [Benchmark(Baseline = true, OperationsPerInvoke = Draws)]
    public long Binomial() => Repeat(_binomial);

    /// <summary>As in a weighted mux, where each activation has a share of its own.</summary>
    [Benchmark(OperationsPerInvoke = Draws)]
    public long BinomialOfChangingShare()
    {
        long sum = 0;
        for (int i = 0; i < Draws; i++)
        {
            _share = _share > 0.9 * Share ? _share * 0.999 : Share;
            sum += _binomial.Draw(_share, ref _random);
        }

        return sum;
    }

    [Benchmark(OperationsPerInvoke = Draws)]
    public long Poisson() => Repeat(_poisson);

    /// <summary>The textbook's way: uniforms are multiplied until the product falls below e to the minus mean.</summary>
    [Benchmark(OperationsPerInvoke = Draws, Description = "Poisson by a product of uniforms")]
    public long PoissonByProduct()
    {
        long sum = 0;
        double limit = Math.Exp(1 - RateInSamples);
        for (int i = 0; i < Draws; i++)
        {
            long count = 0;
            for (double product = _random.NextDouble(); product > limit; product *= _random.NextDouble())
            {
                count++;
            }

            sum += 1 + count;
        }

        return sum;
    }

    private long Repeat(SampleCountSampler sampler)
    {
        long sum = 0;
        for (int i = 0; i < Draws; i++)
        {
            sum += sampler.Draw(Share, ref _random);
        }

        return sum;
    }

    // All laws have the same mean; the variance of none exceeds it.
    private void Prove(string contestant, Func<long> draws)
    {
        const int Repeats = 500;
        long sum = 0;
        for (int i = 0; i < Repeats; i++)
        {
            sum += draws();
        }

        Proof.Near(contestant, RateInSamples, (double)sum / (Repeats * Draws), 7 * Math.Sqrt(RateInSamples / (double)(Repeats * Draws)));
    }
}
