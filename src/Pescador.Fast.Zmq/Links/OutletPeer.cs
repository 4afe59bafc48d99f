namespace Pescador.Fast;

/// <summary>One consumer of an outlet, and the message that is on its way to it. A consumer that comes back under its name is the same.</summary>
internal sealed class OutletPeer(string identity)
{
    private readonly OutgoingMessage _message = new();
    private readonly TensorPins _pins = new();
    private readonly StateWriter _state = new(); // a copy: sent again, it may outlast the caller's
    private Sample _sample;
    private bool _hasState;
    private string? _unsaved;

    /// <summary>The name it gave in its handshake; empty when it gave none.</summary>
    internal string Identity { get; } = identity;

    /// <summary>Where it is now; null while it is away. Changed under the outlet's gate only.</summary>
    internal ZmtpConnection? Connection { get; set; }

    /// <summary>When it left, in <see cref="System.Diagnostics.Stopwatch"/>'s time.</summary>
    internal long LeftAt { get; set; }

    /// <summary>Over which connection the message is on its way; null when it must be begun.</summary>
    internal ZmtpConnection? SendingOver { get; private set; }

    /// <summary>How many samples it has.</summary>
    internal long Sent { get; private set; }

    /// <summary>Whether it has a sample that is not wholly on its way yet.</summary>
    internal bool IsBusy => !_sample.IsDefault;

    /// <summary>Whether it was told how the stream ended.</summary>
    internal bool HasEnd { get; private set; }

    /// <summary>Gives it a sample to be sent.</summary>
    internal void Give(Sample sample, StateWriter? checkpoint, string? unsaved)
    {
        _sample = sample;
        _hasState = checkpoint is not null;
        _unsaved = unsaved;
        if (checkpoint is not null)
        {
            _state.Clear();
            _state.Write(checkpoint.Written);
        }
    }

    /// <summary>Takes the sample back, from a consumer that has left, for another.</summary>
    internal void PassTo(OutletPeer other)
    {
        Abandon();
        other.Give(_sample, _hasState ? _state : null, _unsaved);
        _sample = default;
    }

    /// <summary>Sends as much as goes without waiting, over a new connection from the message's beginning.</summary>
    /// <returns>Whether all of it is on its way; then the sample is disposed.</returns>
    internal bool TrySend(ZmtpConnection connection, SampleWriter writer, TimeSpan waited)
    {
        if (!ReferenceEquals(SendingOver, connection))
        {
            Abandon();
            writer.Write(_message, _pins, _sample, (ulong)Sent, waited, _hasState ? _state : null, _unsaved);
            SendingOver = connection;
        }

        if (!connection.TrySend(_message))
        {
            return false;
        }

        Sent++;
        SendingOver = null; // done with, not abandoned
        Drop();
        return true;
    }

    /// <summary>The same for the end.</summary>
    internal bool TrySendEnd(ZmtpConnection connection, SampleWriter writer, TimeSpan waited, Exception? error)
    {
        if (!ReferenceEquals(SendingOver, connection))
        {
            Abandon();
            if (error is null)
            {
                writer.WriteCompleted(_message, (ulong)Sent, waited);
            }
            else
            {
                writer.WriteFailed(_message, (ulong)Sent, error);
            }

            SendingOver = connection;
        }

        if (!connection.TrySend(_message))
        {
            return false;
        }

        HasEnd = true;
        SendingOver = null;
        return true;
    }

    /// <summary>Disposes the sample that is on its way, sent or not.</summary>
    internal void Drop()
    {
        Abandon();
        _sample.Dispose();
        _sample = default;
    }

    // A connection's heartbeats may still send from the message's memory until it is told.
    private void Abandon()
    {
        SendingOver?.Abandon();
        SendingOver = null;
        _pins.Release();
    }
}
