using System.Runtime.InteropServices;

namespace Pescador.Fast.Throughput;

/// <summary>What the reference needs of libzmq, which is called as its users in C call it. The library itself does without it.</summary>
internal static class Libzmq
{
    internal const int Pair = 0;
    internal const int Push = 8;
    internal const int Pull = 7;
    internal const int Linger = 17;
    internal const int SendQueue = 23;
    internal const int ReceiveQueue = 24;
    internal const int ReceiveTimeout = 27;
    internal const int SendTimeout = 28;

    /// <summary>What to install where it is missing.</summary>
    internal const string Package = "libzmq5";

    private const int LastEndpoint = 32;
    private const int TryAgain = 11;
    private const int MessageLength = 64; // zmq_msg_t's, which zmq.h promises
    private const string Library = "libzmq.so.5";

    /// <summary>Whether it is installed.</summary>
    internal static bool IsThere { get; } = NativeLibrary.TryLoad(Library, out _);

    internal static nint NewContext() => zmq_ctx_new();

    internal static void EndContext(nint context) => zmq_ctx_term(context);

    internal static nint NewSocket(nint context, int type)
    {
        nint socket = zmq_socket(context, type);
        return socket != 0 ? socket : throw Failed("zmq_socket");
    }

    internal static void Close(nint socket) => zmq_close(socket);

    internal static void Set(nint socket, int option, int value) => Check(zmq_setsockopt(socket, option, in value, sizeof(int)), "zmq_setsockopt");

    /// <summary>Binds, also with a wildcard.</summary>
    /// <returns>Where.</returns>
    internal static string Bind(nint socket, string endpoint)
    {
        Check(zmq_bind(socket, ZeroEnded(endpoint)), "zmq_bind");
        var text = new byte[256];
        nuint length = (nuint)text.Length;
        Check(zmq_getsockopt(socket, LastEndpoint, text, ref length), "zmq_getsockopt");
        return System.Text.Encoding.UTF8.GetString(text, 0, (int)length - 1);
    }

    internal static void Connect(nint socket, string endpoint) => Check(zmq_connect(socket, ZeroEnded(endpoint)), "zmq_connect");

    /// <summary>Sends memory that neither changes nor moves, without copying it; false when the time-out has passed.</summary>
    internal static bool TrySend(nint socket, ReadOnlySpan<float> constant)
    {
        if (zmq_send_const(socket, in MemoryMarshal.GetReference(constant), (nuint)constant.Length * sizeof(float), 0) >= 0)
        {
            return true;
        }

        return Marshal.GetLastPInvokeError() == TryAgain ? false : throw Failed("zmq_send_const");
    }

    /// <summary>An empty message, to be received into.</summary>
    internal static nint NewMessage()
    {
        nint message = Marshal.AllocHGlobal(MessageLength);
        Check(zmq_msg_init(message), "zmq_msg_init");
        return message;
    }

    internal static void FreeMessage(nint message)
    {
        zmq_msg_close(message);
        Marshal.FreeHGlobal(message);
    }

    /// <summary>Receives a message and closes what was there before.</summary>
    internal static (nint Address, nuint LengthInBytes) Receive(nint socket, nint message)
    {
        Check(zmq_msg_recv(message, socket, 0), "zmq_msg_recv");
        return (zmq_msg_data(message), zmq_msg_size(message));
    }

    /// <summary>Gives a received message back.</summary>
    internal static void CloseMessage(nint message)
    {
        Check(zmq_msg_close(message), "zmq_msg_close");
        Check(zmq_msg_init(message), "zmq_msg_init");
    }

    private static byte[] ZeroEnded(string text) => System.Text.Encoding.UTF8.GetBytes(text + "\0");

    private static void Check(int result, string function)
    {
        if (result < 0)
        {
            throw Failed(function);
        }
    }

    private static VerificationException Failed(string function) =>
        new($"libzmq: {function}: {Marshal.PtrToStringUTF8(zmq_strerror(Marshal.GetLastPInvokeError()))}");

    [DllImport(Library, SetLastError = true)]
    private static extern nint zmq_ctx_new();

    [DllImport(Library, SetLastError = true)]
    private static extern int zmq_ctx_term(nint context);

    [DllImport(Library, SetLastError = true)]
    private static extern nint zmq_socket(nint context, int type);

    [DllImport(Library, SetLastError = true)]
    private static extern int zmq_close(nint socket);

    [DllImport(Library, SetLastError = true)]
    private static extern int zmq_setsockopt(nint socket, int option, in int value, nuint length);

    [DllImport(Library, SetLastError = true)]
    private static extern int zmq_getsockopt(nint socket, int option, byte[] value, ref nuint length);

    [DllImport(Library, SetLastError = true)]
    private static extern int zmq_bind(nint socket, byte[] endpoint);

    [DllImport(Library, SetLastError = true)]
    private static extern int zmq_connect(nint socket, byte[] endpoint);

    [DllImport(Library, SetLastError = true)]
    private static extern int zmq_send(nint socket, in float data, nuint length, int flags);

    [DllImport(Library, SetLastError = true)]
    private static extern int zmq_send_const(nint socket, in float data, nuint length, int flags);

    [DllImport(Library, SetLastError = true)]
    private static extern int zmq_msg_init(nint message);

    [DllImport(Library, SetLastError = true)]
    private static extern int zmq_msg_recv(nint message, nint socket, int flags);

    [DllImport(Library, SetLastError = true)]
    private static extern int zmq_msg_close(nint message);

    [DllImport(Library)]
    private static extern nint zmq_msg_data(nint message);

    [DllImport(Library)]
    private static extern nuint zmq_msg_size(nint message);

    [DllImport(Library)]
    private static extern nint zmq_strerror(int error);
}
