namespace Pescador.Fast.Throughput;

/// <summary>The reference: sends with libzmq.</summary>
internal sealed class LibzmqProducer : Producer
{
    private static readonly TimeSpan SendTimeout = TimeSpan.FromMilliseconds(100); // how often it looks whether it is to end

    private readonly SlabPool _pool;
    private readonly Sample _payload;
    private readonly int _depth;

    internal LibzmqProducer(TransportRecipe recipe)
    {
        _pool = new SlabPool(Payload.SpecOf(recipe.LengthInBytes), 1);
        _payload = _pool.Rent();
        Payload.WriteOnce(_payload[0].Span<float>());
        _depth = recipe.Depth;
    }

    internal override void Run(string? path, Action<string> tell, CancellationToken stop)
    {
        nint context = Libzmq.NewContext();
        nint socket = Libzmq.NewSocket(context, Libzmq.Push);
        try
        {
            Libzmq.Set(socket, Libzmq.Linger, 0);
            Libzmq.Set(socket, Libzmq.SendQueue, _depth);
            Libzmq.Set(socket, Libzmq.SendTimeout, (int)SendTimeout.TotalMilliseconds);
            tell(Libzmq.Bind(socket, path is null ? "tcp://127.0.0.1:*" : $"ipc://{path}"));
            Send(socket, stop);
        }
        finally
        {
            Libzmq.Close(socket);
            Libzmq.EndContext(context);
        }
    }

    public override void Dispose()
    {
        _payload.Dispose();
        _pool.Dispose();
    }

    private void Send(nint socket, CancellationToken stop)
    {
        ReadOnlySpan<float> payload = _payload[0].Span<float>();
        while (!stop.IsCancellationRequested)
        {
            if (Libzmq.TrySend(socket, payload))
            {
                Sent++;
            }
        }
    }
}
