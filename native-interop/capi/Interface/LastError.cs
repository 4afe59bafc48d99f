using System.Runtime.InteropServices;
using System.Text;

namespace Pescador.Fast;

/// <summary>The message of a thread's last failed call, as text for C.</summary>
internal static unsafe class LastError
{
    private const int LongestInBytes = 1 << 16; // of a message; some name hundreds of files

    [ThreadStatic]
    private static byte[]? _text;

    /// <summary>UTF-8 that ends in a zero byte; empty where no call of this thread has failed. Good until the next one does.</summary>
    // Invariant: the array is pinned for its whole life, and the thread's own field keeps it until another takes its place.
    internal static byte* Text => (byte*)Marshal.UnsafeAddrOfPinnedArrayElement(_text ??= Pinned(""), 0);

    internal static int Set(ApiCode code, string message)
    {
        _text = Pinned(message);
        return (int)code;
    }

    internal static int Set(Exception error) => Set(CodeOf(error), MessageOf(error));

    internal static ApiCode CodeOf(Exception error) => error switch
    {
        HandleException => ApiCode.Handle,
        DescriptionException => ApiCode.Description,
        DataException => ApiCode.Data,
        OperationCanceledException => ApiCode.Cancelled,
        PescadorException or KeyNotFoundException => ApiCode.Stream,
        ArgumentException or InvalidOperationException => ApiCode.Argument,
        UnauthorizedAccessException or IOException => ApiCode.File,
        OutOfMemoryException => ApiCode.Memory,
        _ => ApiCode.Internal,
    };

    internal static string MessageOf(Exception error) => CodeOf(error) switch
    {
        ApiCode.Cancelled => "The stream was cancelled, or closed, while a batch was waited for.",
        ApiCode.Internal => error.ToString(), // a fault of ours: whoever reports it needs the place
        _ => error.Message,
    };

    private static byte[] Pinned(string message)
    {
        message = message.Replace('\0', '\uFFFD'); // of a name that was given; C would take it for the end
        int length = Math.Min(Encoding.UTF8.GetByteCount(message), LongestInBytes);
        byte[] text = GC.AllocateUninitializedArray<byte>(length + 1, pinned: true);
        Encoding.UTF8.GetEncoder().Convert(message, text.AsSpan(0, length), flush: true, out _, out int used, out _); // whole characters only
        text.AsSpan(used).Clear();
        return text;
    }
}
