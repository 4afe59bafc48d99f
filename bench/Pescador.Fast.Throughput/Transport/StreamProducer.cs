namespace Pescador.Fast.Throughput;

/// <summary>Serves a streamer.</summary>
internal sealed class StreamProducer(TransportRecipe recipe) : Producer
{
    private const string AnyPort = "tcp://127.0.0.1:49152-65535";
    private const int Slabs = 4;

    private readonly SampleSpec _spec = Payload.SpecOf(recipe.LengthInBytes);
    private SlabPool? _once;

    internal override void Run(string? path, Action<string> tell, CancellationToken stop)
    {
        string endpoint = path is null ? AnyPort : $"{recipe.Scheme}://{path}";
        Streamer<Sample> streamer = recipe.Filling == Filling.Once ? Streamer.Create(Repeated, WriteOnce()) : Streamer.Create(Written, recipe.Filling);
        streamer.Serve(endpoint, options: new ZmqOptions { Bound = tell, Depth = recipe.Depth }, cancellationToken: stop);
    }

    public override void Dispose() => _once?.Dispose();

    // The slab that was returned last comes first, so it is mostly the same one.
    private SlabPool WriteOnce()
    {
        _once = new SlabPool(_spec, Slabs);
        Sample[] all = [.. Enumerable.Range(0, Slabs).Select(_ => _once.Rent())];
        foreach (Sample sample in all)
        {
            Payload.WriteOnce(sample[0].Span<float>());
            sample.Dispose();
        }

        return _once;
    }

    private IEnumerable<Sample> Repeated(StreamContext context, SlabPool once)
    {
        while (true)
        {
            yield return once.Rent(context.Cancellation);
            Sent++;
        }
    }

    private IEnumerable<Sample> Written(StreamContext context, Filling filling)
    {
        for (uint number = 0; ; number++)
        {
            Sample sample = context.Rent(_spec);
            Payload.Write(sample[0].Span<float>(), filling, number);
            yield return sample;
            Sent++;
        }
    }
}
