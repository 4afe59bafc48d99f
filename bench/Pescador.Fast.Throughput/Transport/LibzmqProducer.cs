using System.Runtime.InteropServices;
using Pescador.Fast.Zmq.Tests.Libzmq;

namespace Pescador.Fast.Throughput;

/// <summary>The reference: sends with libzmq.</summary>
internal sealed class LibzmqProducer : Producer
{
    private static readonly TimeSpan LongestSend = TimeSpan.FromMilliseconds(100); // how often it looks whether it is to end

    private readonly TransportRecipe _recipe;
    private readonly SlabPool _pool;
    private readonly Sample _payload;

    internal LibzmqProducer(TransportRecipe recipe)
    {
        _recipe = recipe;
        _pool = new SlabPool(Payload.SpecOf(recipe.LengthInBytes), 1);
        _payload = _pool.Rent();
        Payload.WriteOnce(_payload[0].Span<float>());
    }

    internal override void Run(string? path, Action<string> tell, CancellationToken stop)
    {
        ReadOnlySpan<byte> payload = MemoryMarshal.AsBytes(_payload[0].Span<float>());
        using var socket = new LibzmqSocket(LibZmq.Push, _recipe.Depth, LongestSend);
        tell(socket.Bind(path is null ? "tcp://127.0.0.1:*" : $"ipc://{path}"));
        while (!stop.IsCancellationRequested)
        {
            if (LibZmq.SendConstant(socket.Handle, payload, payload.Length, 0) >= 0)
            {
                Sent++;
            }
        }
    }

    public override void Dispose()
    {
        _payload.Dispose();
        _pool.Dispose();
    }
}
