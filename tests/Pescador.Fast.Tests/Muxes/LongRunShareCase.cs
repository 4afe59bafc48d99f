namespace Pescador.Fast.Tests;

public enum WeightShape
{
    Uniform,
    Harmonic,
    Geometric,
    SevenToOne,
    OneAtTheEdge,
    OneAbove,
    Steep,
}

/// <summary>One combination of what the law of shares must hold for.</summary>
public sealed record LongRunShareCase(
    StochasticMode Mode,
    SampleCountDistribution Distribution,
    double? Rate,
    int Streams,
    int Active,
    WeightShape Shape,
    bool IsFinite = false)
{
    public double[] Weights => Shape switch
    {
        WeightShape.Uniform => [.. Enumerable.Repeat(2.0, Streams)],
        WeightShape.Harmonic => [.. Enumerable.Range(0, Streams).Select(i => 1.0 / (i + 1))],
        WeightShape.Geometric => [.. Enumerable.Range(0, Streams).Select(i => Math.Pow(0.8, i))],
        WeightShape.SevenToOne => [.. Enumerable.Range(0, Streams).Select(i => i == 0 ? 0.7 : 0.3 / (Streams - 1))],
        WeightShape.OneAtTheEdge => [.. Enumerable.Range(0, Streams).Select(i => i == 0 ? 1.0 / Active : (1 - 1.0 / Active) / (Streams - 1))],
        WeightShape.OneAbove => [.. Enumerable.Range(0, Streams).Select(i => i == 0 ? 1.25 / Active : (1 - 1.25 / Active) / (Streams - 1))],
        WeightShape.Steep => [.. Enumerable.Range(0, Streams).Select(i => i == 0 ? 1.0 : i == 1 ? 0.1 : 1e-9 * i)],
        _ => throw new ArgumentOutOfRangeException(nameof(Shape)),
    };

    /// <summary>Endless, or of 3 to 41 samples: some shorter than the rate, some longer.</summary>
    internal Repeated[] Sources => IsFinite
        ? Repeated.Of([.. Enumerable.Range(0, Streams).Select(i => 3 + 19 * (i % 3))])
        : Repeated.Endless(Streams);

    internal StochasticMux<int> Mux(MuxWeighting weighting = MuxWeighting.LongRunShare) =>
        new(Sources, Active, Rate, Weights, Mode, distribution: Distribution, weighting: weighting, seed: 1);
}
