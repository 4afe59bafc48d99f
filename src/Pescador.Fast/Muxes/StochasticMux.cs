namespace Pescador.Fast;

/// <summary>
/// Keeps a small active set out of very many streamers, draws each sample from it, and replaces an active stream once it has given a
/// random count of samples: the way to mix far more sources than can be open at once.
/// </summary>
/// <remarks>The counts' laws are those of <see cref="SampleCountDistribution"/>; which streamers are activated and how they are drawn, those
/// of <see cref="MuxWeighting"/>. Source: pescador 3.0, "Analysis of Stochastic Mux"; its weights had no lasting effect, these do.</remarks>
public sealed partial class StochasticMux<T> : Streamer<T>
{
    private readonly MuxInputs<T> _inputs;
    private readonly int _activeCount;
    private readonly double? _rate;
    private readonly StochasticMode _mode;
    private readonly bool _pruneEmpty;
    private readonly SampleCountDistribution _distribution;
    private readonly MuxWeighting _weighting;

    /// <summary>A mux of the given streamers.</summary>
    /// <param name="streamers">At least one; plain enumerables become streamers.</param>
    /// <param name="activeCount">How many are active at once; at least 1.</param>
    /// <param name="rate">Mean number of samples that an activation gives, at least 1; to its end when null.</param>
    /// <param name="weights">One each; equal when null. A streamer of weight 0 is never activated.</param>
    /// <param name="mode">How streamers may be activated.</param>
    /// <param name="pruneEmpty">Whether a streamer that gave nothing is excluded. Otherwise the mux ends when every streamer of positive weight
    /// has ended empty since the last sample.</param>
    /// <param name="distribution">The law of the counts.</param>
    /// <param name="weighting">What the weights promise.</param>
    /// <param name="seed">Of its runs; drawn when null.</param>
    /// <exception cref="ArgumentOutOfRangeException">A count below 1, a rate below 1 or not finite, an unknown mode.</exception>
    /// <exception cref="PescadorException">No streamers, another number of weights, or more active ones than the mode allows.</exception>
    public StochasticMux(
        IEnumerable<IEnumerable<T>> streamers,
        int activeCount,
        double? rate,
        MuxWeights? weights = null,
        StochasticMode mode = StochasticMode.WithReplacement,
        bool pruneEmpty = true,
        SampleCountDistribution distribution = SampleCountDistribution.Binomial,
        MuxWeighting weighting = MuxWeighting.LongRunShare,
        long? seed = null)
        : base(seed)
    {
        EnumValue.Check(mode, nameof(mode));
        EnumValue.Check(distribution, nameof(distribution));
        EnumValue.Check(weighting, nameof(weighting));
        if (activeCount < 1)
        {
            throw new ArgumentOutOfRangeException(nameof(activeCount), activeCount, "At least one streamer must be active.");
        }

        if (rate is { } given && !(given >= 1 && given <= SampleCountSampler.MaxRate))
        {
            throw new ArgumentOutOfRangeException(
                nameof(rate), rate, $"The rate is a number of samples from 1 to {SampleCountSampler.MaxRate:0e0}, or null for all of them.");
        }

        _inputs = new MuxInputs<T>(streamers, weights, "StochasticMux");
        if (mode != StochasticMode.WithReplacement && activeCount > _inputs.Count)
        {
            throw new PescadorException($"{activeCount} active streamers were asked for, but in mode {mode} there can be no more than the {_inputs.Count} there are.");
        }

        if (mode == StochasticMode.SingleActive && activeCount > _inputs.CountPositive)
        {
            throw new PescadorException(
                $"{activeCount} active streamers were asked for, but in mode {mode} there can be no more than the {_inputs.CountPositive} whose weight is positive.");
        }

        _activeCount = activeCount;
        _rate = rate;
        _mode = mode;
        _pruneEmpty = pruneEmpty;
        _distribution = distribution;
        _weighting = weighting;
    }

    internal override string Label => FormattableString.Invariant(
        $"StochasticMux({_inputs.Count} streamers{_inputs.WeightsLabel}, {_activeCount} active, rate {_rate?.ToString("R", System.Globalization.CultureInfo.InvariantCulture) ?? "none"}, {_mode}, {(_pruneEmpty ? "pruning" : "not pruning")}, {_distribution}, {_weighting}{SeedLabel})");

    internal override IEnumerable<IStreamerNode> Inputs => _inputs.Streamers;

    internal override Activation<T> Create() => new StochasticActivation(this);
}
