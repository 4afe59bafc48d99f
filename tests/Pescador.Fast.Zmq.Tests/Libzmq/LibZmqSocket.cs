using System.Runtime.InteropServices;
using System.Text;

namespace Pescador.Fast.Zmq.Tests.Libzmq;

/// <summary>A socket of libzmq's, in a context of its own. Every call ends after a while.</summary>
internal sealed class LibZmqSocket : IDisposable
{
    private const int PatienceInMilliseconds = 20_000;

    private readonly nint _context = LibZmq.NewContext();
    private readonly nint _socket;
    private string? _path; // that libzmq leaves behind

    internal LibZmqSocket(int type)
    {
        _socket = LibZmq.NewSocket(_context, type);
        Assert.NotEqual(0, _socket);
        Set(LibZmq.Linger, 0);
        Set(LibZmq.SendTimeout, PatienceInMilliseconds);
        Set(LibZmq.ReceiveTimeout, PatienceInMilliseconds);
    }

    public void Dispose()
    {
        LibZmq.Close(_socket);
        LibZmq.EndContext(_context);
        if (_path is not null)
        {
            File.Delete(_path);
        }
    }

    internal void Set(int option, int value) => Check(LibZmq.Set(_socket, option, in value, sizeof(int)));

    /// <summary>Binds; returns where.</summary>
    internal string Bind(string endpoint)
    {
        Check(LibZmq.Bind(_socket, endpoint));
        _path = endpoint.StartsWith("ipc:///", StringComparison.Ordinal) ? endpoint["ipc://".Length..] : null;
        Span<byte> text = stackalloc byte[256];
        nint length = text.Length;
        Check(LibZmq.Get(_socket, LibZmq.LastEndpoint, text, ref length));
        return Encoding.UTF8.GetString(text[..((int)length - 1)]);
    }

    internal void Connect(string endpoint) => Check(LibZmq.Connect(_socket, endpoint));

    internal void Disconnect(string endpoint) => Check(LibZmq.Disconnect(_socket, endpoint));

    internal void Send(params byte[][] frames)
    {
        for (int index = 0; index < frames.Length; index++)
        {
            Check(LibZmq.Send(_socket, frames[index], frames[index].Length, index < frames.Length - 1 ? LibZmq.SendMore : 0));
        }
    }

    internal byte[][] Receive()
    {
        List<byte[]> frames = [];
        bool hasMore;
        do
        {
            // Pinned: a zmq_msg_t may not move while it is in use.
            Span<byte> message = GC.AllocateArray<byte>(LibZmq.MessageBytes, pinned: true);
            Check(LibZmq.InitMessage(message));
            Check(LibZmq.Receive(message, _socket, 0));
            byte[] frame = new byte[LibZmq.SizeOf(message)];
            if (frame.Length > 0)
            {
                Marshal.Copy(LibZmq.DataOf(message), frame, 0, frame.Length);
            }

            frames.Add(frame);
            hasMore = LibZmq.HasMore(message) != 0;
            LibZmq.CloseMessage(message);
        }
        while (hasMore);
        return [.. frames];
    }

    private static void Check(int result) => Assert.True(result >= 0, $"libzmq failed: {LibZmq.ErrorText}");
}
