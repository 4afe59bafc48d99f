namespace Pescador.Fast;

/// <summary>A multipart message to be sent: frame heads and small frames in a buffer of its own, large ones where they lie. Used again and
/// again by one sender.</summary>
internal sealed class OutgoingMessage
{
    /// <summary>Begins another message.</summary>
    internal void Clear() => throw new NotImplementedException();

    /// <summary>Adds a frame that is copied here.</summary>
    /// <returns>Where it lies here, to be written: good until the next call.</returns>
    internal Span<byte> AddFrame(int lengthInBytes, bool hasMore) => throw new NotImplementedException();

    /// <summary>Adds a frame that stays where it is. Its memory must neither move nor be lent anew until the message is sent.</summary>
    internal void AddFrame(nint address, long lengthInBytes, bool hasMore) => throw new NotImplementedException();
}
