using System.Runtime.InteropServices;
using Pescador.Fast.Zmq.Tests.Libzmq;

namespace Pescador.Fast.Throughput;

/// <summary>The reference: libzmq at both ends, called from this program; no copies but those that it makes itself.</summary>
internal sealed class LibzmqContestant : TransportContestant
{
    private static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(20);

    // Pinned: libzmq's messages must not move.
    private readonly byte[] _message = GC.AllocateArray<byte>(LibZmq.MessageBytes, pinned: true);
    private readonly LibzmqSocket _socket;
    private readonly int _length;

    internal LibzmqContestant(TransportRecipe recipe, ProducerProcess producer)
        : base(recipe, producer)
    {
        _length = (int)recipe.LengthInBytes;
        _socket = new LibzmqSocket(LibZmq.Pull, recipe.Depth, LongestWait);
        _socket.Connect(producer.Endpoint);
    }

    protected override void Receive()
    {
        LibZmq.InitMessage(_message);
        if (LibZmq.Receive(_message, _socket.Handle, 0) != _length)
        {
            throw new VerificationException($"libzmq received {LibZmq.SizeOf(_message)} bytes where {_length} had to come: {LibZmq.ErrorText}");
        }

        Check(LibZmq.DataOf(_message));
        LibZmq.CloseMessage(_message);
    }

    public override void Dispose() => _socket.Dispose();

    private void Check(nint data)
    {
        const int Element = sizeof(float);
        int middle = _length / Element / 2;
        int last = (_length / Element) - 1;
        if (Marshal.ReadInt32(data) != 0 || Marshal.ReadInt32(data, middle * Element) != middle || Marshal.ReadInt32(data, last * Element) != last)
        {
            throw new VerificationException("What libzmq received is not what was sent.");
        }
    }
}
