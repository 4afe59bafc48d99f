using Microsoft.Win32.SafeHandles;

namespace Pescador.Fast;

/// <summary>The first message of each side.</summary>
/// <param name="IsProducer">Who speaks.</param>
/// <param name="Waking">How it wants to be woken; both want the same.</param>
/// <param name="Depth">How many samples wait at the consumer; from the producer.</param>
/// <param name="LengthInBytes">Of the memory that comes along: the rings, or the doorbell.</param>
internal readonly record struct SharedGreeting(bool IsProducer, SharedWaking Waking, int Depth, long LengthInBytes)
{
    private const int Version = 1;

    /// <summary>Greets, and is greeted.</summary>
    /// <returns>What the peer said, and the memory it sent.</returns>
    /// <exception cref="ProtocolException">It speaks something else, or is no counterpart.</exception>
    /// <exception cref="LinkLostException">It has left, or said nothing in time.</exception>
    internal (SharedGreeting Peer, SharedSegment Memory) Exchange(
        ControlSocket control, SafeFileHandle memory, ZmqOptions options, CancellationToken cancellation)
    {
        var writer = new StateWriter();
        writer.Write(Version);
        writer.Write(IsProducer);
        writer.Write((byte)Waking);
        writer.Write(Depth);
        writer.Write(LengthInBytes);
        control.Send(ControlKind.Hello, writer.Written, memory, cancellation);
        ControlMessage message = control.Receive(options.Limits, options.HandshakeTimeout, cancellation);
        try
        {
            SharedGreeting peer = Read(message, control.Peer);
            SafeFileHandle file = message.File ?? throw new ProtocolException($"{control.Peer} greeted without its memory.");
            return (peer, SharedSegment.Open(file, peer.LengthInBytes, control.Peer));
        }
        catch
        {
            message.File?.Dispose();
            throw;
        }
    }

    /// <summary>Reads and checks what the peer said.</summary>
    /// <exception cref="ProtocolException">It speaks something else, or is no counterpart.</exception>
    internal SharedGreeting Read(ControlMessage message, string peer)
    {
        try
        {
            var reader = new StateReader(message.Body);
            int version = message.Kind == ControlKind.Hello ? reader.ReadInt32() : -1;
            if (version != Version)
            {
                throw new ProtocolException($"{peer} greeted with {message.Kind}, version {version}; expected version {Version}.");
            }

            var greeting = new SharedGreeting(reader.ReadBoolean(), (SharedWaking)reader.ReadByte(), reader.ReadInt32(), reader.ReadInt64());
            reader.ExpectEnd();
            if (greeting.IsProducer == IsProducer)
            {
                throw new ProtocolException($"{peer} is a {(IsProducer ? "producer" : "consumer")}, too; expected a {(IsProducer ? "consumer" : "producer")}.");
            }

            if (greeting.Waking != Waking)
            {
                throw new ProtocolException($"{peer} is woken by {greeting.Waking}; expected {Waking}.");
            }

            long limit = SharedRing.LengthInBytes + Environment.SystemPageSize;
            return greeting.LengthInBytes > 0 && greeting.LengthInBytes <= limit && greeting.Depth is >= 0 and < SharedRing.Announcements
                ? greeting
                : throw new ProtocolException($"{peer} greeted with {greeting.LengthInBytes} bytes of memory and a depth of {greeting.Depth}; "
                    + $"expected up to {limit}, and less than {SharedRing.Announcements}.");
        }
        catch (PescadorException error) when (error is not (ProtocolException or LinkLostException))
        {
            throw new ProtocolException($"{peer} sent no greeting: {error.Message}", error);
        }
    }
}
