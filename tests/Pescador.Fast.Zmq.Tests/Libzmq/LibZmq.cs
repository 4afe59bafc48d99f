using System.Runtime.InteropServices;

namespace Pescador.Fast.Zmq.Tests.Libzmq;

/// <summary>The calls of libzmq that the tests need, and the throughput program, which compiles this file too.</summary>
internal static partial class LibZmq
{
    internal const string Missing = "libzmq is missing: install Debian's libzmq5";
    internal const int Pair = 0;
    internal const int Pull = 7;
    internal const int Push = 8;
    internal const int Linger = 17;
    internal const int SendQueue = 23; // in messages
    internal const int ReceiveQueue = 24;
    internal const int ReceiveTimeout = 27;
    internal const int SendTimeout = 28;
    internal const int LastEndpoint = 32;
    internal const int HeartbeatInterval = 75;
    internal const int HeartbeatTimeToLive = 76;
    internal const int HeartbeatTimeout = 77;
    internal const int SendMore = 2;
    internal const int MessageBytes = 64; // zmq_msg_t

    private const string Library = "libzmq.so.5";

    internal static bool IsThere { get; } = NativeLibrary.TryLoad(Library, out _);

    internal static string ErrorText => Marshal.PtrToStringUTF8(Text(Error())) ?? "";

    [LibraryImport(Library, EntryPoint = "zmq_ctx_new")]
    internal static partial nint NewContext();

    [LibraryImport(Library, EntryPoint = "zmq_ctx_term")]
    internal static partial int EndContext(nint context);

    [LibraryImport(Library, EntryPoint = "zmq_socket")]
    internal static partial nint NewSocket(nint context, int type);

    [LibraryImport(Library, EntryPoint = "zmq_close")]
    internal static partial int Close(nint socket);

    [LibraryImport(Library, EntryPoint = "zmq_setsockopt")]
    internal static partial int Set(nint socket, int option, in int value, nint length);

    [LibraryImport(Library, EntryPoint = "zmq_getsockopt")]
    internal static partial int Get(nint socket, int option, Span<byte> value, ref nint length);

    [LibraryImport(Library, EntryPoint = "zmq_bind", StringMarshalling = StringMarshalling.Utf8)]
    internal static partial int Bind(nint socket, string endpoint);

    [LibraryImport(Library, EntryPoint = "zmq_connect", StringMarshalling = StringMarshalling.Utf8)]
    internal static partial int Connect(nint socket, string endpoint);

    [LibraryImport(Library, EntryPoint = "zmq_disconnect", StringMarshalling = StringMarshalling.Utf8)]
    internal static partial int Disconnect(nint socket, string endpoint);

    [LibraryImport(Library, EntryPoint = "zmq_send")]
    internal static partial int Send(nint socket, ReadOnlySpan<byte> bytes, nint length, int flags);

    /// <summary>Sends memory that neither moves nor changes while libzmq has it, without copying it.</summary>
    [LibraryImport(Library, EntryPoint = "zmq_send_const")]
    internal static partial int SendConstant(nint socket, ReadOnlySpan<byte> bytes, nint length, int flags);

    [LibraryImport(Library, EntryPoint = "zmq_msg_init")]
    internal static partial int InitMessage(Span<byte> message);

    [LibraryImport(Library, EntryPoint = "zmq_msg_recv")]
    internal static partial int Receive(Span<byte> message, nint socket, int flags);

    [LibraryImport(Library, EntryPoint = "zmq_msg_data")]
    internal static partial nint DataOf(Span<byte> message);

    [LibraryImport(Library, EntryPoint = "zmq_msg_size")]
    internal static partial nint SizeOf(Span<byte> message);

    [LibraryImport(Library, EntryPoint = "zmq_msg_more")]
    internal static partial int HasMore(Span<byte> message);

    [LibraryImport(Library, EntryPoint = "zmq_msg_close")]
    internal static partial int CloseMessage(Span<byte> message);

    [LibraryImport(Library, EntryPoint = "zmq_errno")]
    private static partial int Error();

    [LibraryImport(Library, EntryPoint = "zmq_strerror")]
    private static partial nint Text(int error);
}
