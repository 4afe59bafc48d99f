using System.Text;
using Pescador.Fast.Zmq.Tests.Libzmq;

namespace Pescador.Fast.Throughput;

/// <summary>A socket of libzmq's in a context of its own, whose queues are bounded and whose calls end after a while.</summary>
internal sealed class LibzmqSocket : IDisposable
{
    private readonly nint _context = LibZmq.NewContext();
    private readonly nint _socket;

    /// <summary>Opens it.</summary>
    /// <param name="type">As libzmq counts them.</param>
    /// <param name="depth">Messages in each of its queues.</param>
    /// <param name="timeout">After which a call gives up.</param>
    internal LibzmqSocket(int type, int depth, TimeSpan timeout)
    {
        _socket = LibZmq.NewSocket(_context, type);
        if (_socket == 0)
        {
            throw new VerificationException($"libzmq opens no socket: {LibZmq.ErrorText}");
        }

        Set(LibZmq.Linger, 0);
        Set(LibZmq.SendQueue, depth);
        Set(LibZmq.ReceiveQueue, depth);
        Set(LibZmq.SendTimeout, (int)timeout.TotalMilliseconds);
        Set(LibZmq.ReceiveTimeout, (int)timeout.TotalMilliseconds);
    }

    /// <summary>What its calls take.</summary>
    internal nint Handle => _socket;

    /// <summary>Binds it.</summary>
    /// <returns>Where, without wildcards.</returns>
    internal string Bind(string endpoint)
    {
        Check(LibZmq.Bind(_socket, endpoint), "binds");
        Span<byte> text = stackalloc byte[256];
        nint length = text.Length;
        Check(LibZmq.Get(_socket, LibZmq.LastEndpoint, text, ref length), "tells its endpoint");
        return Encoding.UTF8.GetString(text[..((int)length - 1)]);
    }

    internal void Connect(string endpoint) => Check(LibZmq.Connect(_socket, endpoint), "connects");

    public void Dispose()
    {
        LibZmq.Close(_socket);
        LibZmq.EndContext(_context);
    }

    private void Set(int option, int value) => Check(LibZmq.Set(_socket, option, in value, sizeof(int)), $"sets option {option}");

    private static void Check(int result, string what)
    {
        if (result < 0)
        {
            throw new VerificationException($"libzmq: no socket that {what}: {LibZmq.ErrorText}");
        }
    }
}
