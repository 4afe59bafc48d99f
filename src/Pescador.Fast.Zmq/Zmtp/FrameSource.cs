namespace Pescador.Fast;

/// <summary>Where the frames of messages come from: a connection, or bytes in memory. Commands are dealt with below this.</summary>
internal abstract class FrameSource
{
    /// <summary>Who sends them, for messages.</summary>
    internal abstract string Peer { get; }

    /// <summary>Whether something of the next frame is here already, so that reading goes on without a wait.</summary>
    internal virtual bool HasData => false;

    /// <summary>Reads the next frame's head; between two messages this waits.</summary>
    /// <exception cref="LinkLostException">The connection has ended.</exception>
    /// <exception cref="ProtocolException">What came is no frame, or one that is too long.</exception>
    internal abstract FrameHead ReadHead();

    /// <summary>Reads some of the frame's body, straight to where it belongs.</summary>
    /// <param name="destination">Filled; not longer than what is left of the body.</param>
    /// <exception cref="LinkLostException">The connection has ended.</exception>
    internal abstract void Read(Span<byte> destination);
}
