using System.Runtime.InteropServices;

namespace Pescador.Fast;

/// <summary>Bytes that a caller was given and gives back: states, and text. Thread-safe.</summary>
internal static unsafe class OwnedBuffers
{
    private static readonly Lock Gate = new();
    private static readonly HashSet<nint> Out = [];

    internal static int Count
    {
        get
        {
            lock (Gate)
            {
                return Out.Count;
            }
        }
    }

    /// <summary>A copy of the bytes, with a zero byte after the last.</summary>
    internal static nint Make(ReadOnlySpan<byte> bytes)
    {
        // Invariant: exactly so many bytes are written as were allocated.
        byte* buffer = (byte*)NativeMemory.Alloc((nuint)bytes.Length + 1);
        bytes.CopyTo(new Span<byte>(buffer, bytes.Length));
        buffer[bytes.Length] = 0;
        lock (Gate)
        {
            Out.Add((nint)buffer);
        }

        return (nint)buffer;
    }

    /// <exception cref="HandleException">It was not made here, or was given back before.</exception>
    internal static void Free(nint buffer)
    {
        lock (Gate)
        {
            if (!Out.Remove(buffer))
            {
                throw new HandleException($"Expected a buffer that this library has given out and not got back, got 0x{buffer:x}.");
            }
        }

        // Invariant: it came from Make, and nobody else has found it in the set.
        NativeMemory.Free((void*)buffer);
    }
}
