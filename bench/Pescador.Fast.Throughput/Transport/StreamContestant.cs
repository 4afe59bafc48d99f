namespace Pescador.Fast.Throughput;

/// <summary>Receives through a <see cref="ZmqStreamer"/>.</summary>
internal sealed class StreamContestant : TransportContestant
{
    private readonly ActiveStream<Sample> _stream;
    private readonly Filling _filling;
    private uint _number;

    internal StreamContestant(TransportRecipe recipe, ProducerProcess producer)
        : base(recipe, producer)
    {
        _filling = recipe.Filling;
        _stream = ZmqStreamer.Connect(producer.Endpoint, options: new ZmqOptions { Depth = recipe.Depth }).Open();
    }

    protected override void Receive()
    {
        if (!_stream.MoveNext())
        {
            throw new VerificationException("The stream ended, though its samples are endless.");
        }

        using Sample sample = _stream.Current;
        Payload.Check(sample[0].Span<float>(), _filling, _number++);
    }

    public override void Dispose() => _stream.Dispose();
}
