namespace Pescador.Fast;

/// <summary>Another streamer under a seed of its own; it has no activations itself.</summary>
internal sealed class SeededStreamer<T> : Streamer<T>
{
    private readonly Streamer<T> _source;

    internal SeededStreamer(Streamer<T> source, long seed)
        : base(seed) => _source = source;

    internal SeededStreamer(Streamer<T> source, RootSeed root)
        : base(root, (long?)source.OwnSeed) => _source = source;

    public override int ActivationCount => _source.ActivationCount;

    internal override string Label => $"Seeded({SeedLabel.TrimStart(',', ' ')})";

    internal override IEnumerable<IStreamerNode> Inputs => [_source];

    internal override Activation<T> Create() => _source.Create();

    // The source's own seed is replaced, not mixed in: WithSeed(7) is the same thing as a constructor's seed of 7.
    internal override Activation<T> Activate(StreamScope scope, ulong derivedSeed, bool isMixed) =>
        _source.Activate(scope, OwnSeed is { } own && !isMixed ? RandomGenerator.Mix(derivedSeed, own) : derivedSeed, isMixed: true);

    internal override Activation<T> Load(StreamScope scope, StateReader reader) => _source.Load(scope, reader);
}
