using System.Diagnostics;

namespace Pescador.Fast;

/// <summary>Who an outlet sends to. Connections come and go on threads of their own; whoever sends asks from one thread.</summary>
/// <param name="isPair">Whether there is one consumer only, whatever its name.</param>
/// <param name="comesBackWithin">How long a lost consumer may be away.</param>
/// <param name="waiter">Woken when somebody comes or goes.</param>
internal sealed class OutletConsumers(bool isPair, TimeSpan comesBackWithin, SendWaiter waiter)
{
    private readonly object _gate = new();
    private OutletPeer[] _known = []; // copied when one comes for the first time
    private ZmtpConnection[] _list = [];
    private int _next;

    /// <summary>All that there were and may come back.</summary>
    internal ReadOnlySpan<OutletPeer> Known => Volatile.Read(ref _known);

    internal bool HadAny => Known.Length > 0;

    /// <summary>Why the last connection ended.</summary>
    internal Exception? LastError { get; set; }

    /// <summary>Whether a message is not wholly on its way yet.</summary>
    internal bool AreBusy
    {
        get
        {
            foreach (OutletPeer peer in Known)
            {
                if (peer.IsBusy)
                {
                    return true;
                }
            }

            return false;
        }
    }

    /// <summary>Whether somebody could be given a sample.</summary>
    internal bool HasFree
    {
        get
        {
            foreach (OutletPeer peer in Known)
            {
                if (IsFree(peer))
                {
                    return true;
                }
            }

            return false;
        }
    }

    /// <summary>Whether nobody is connected any more.</summary>
    internal bool HaveAllClosed
    {
        get
        {
            foreach (OutletPeer peer in Known)
            {
                if (peer.Connection is not null)
                {
                    return false;
                }
            }

            return true;
        }
    }

    /// <summary>Whether somebody was told how the stream ended, and nobody is there who was not.</summary>
    internal bool AreTold
    {
        get
        {
            bool isAnyTold = false;
            foreach (OutletPeer peer in Known)
            {
                isAnyTold |= peer.HasEnd;
                if (peer.IsBusy || (!peer.HasEnd && peer.Connection is not null))
                {
                    return false;
                }
            }

            return isAnyTold;
        }
    }

    /// <summary>A consumer has come, or come back.</summary>
    internal OutletPeer Enter(ZmtpConnection connection)
    {
        OutletPeer? peer;
        lock (_gate)
        {
            // On PAIR there is one, also where it gives no name.
            string identity = connection.PeerIdentity;
            peer = isPair || identity.Length > 0 ? Array.Find(_known, known => known.Identity == identity) : null;
            if (peer is null)
            {
                peer = new OutletPeer(identity);
                Volatile.Write(ref _known, [.. _known.Where(MayMatter), peer]);
            }

            peer.Connection = connection;
        }

        waiter.Wake();
        return peer;
    }

    /// <summary>A connection has ended.</summary>
    internal void Leave(OutletPeer peer, ZmtpConnection connection)
    {
        lock (_gate)
        {
            if (!ReferenceEquals(peer.Connection, connection))
            {
                return; // it has come back already, or was seen to leave
            }

            peer.Connection = null;
            peer.LeftAt = Stopwatch.GetTimestamp();
        }

        waiter.Wake();
    }

    /// <summary>The next consumer, in turn, that can be given a sample; null when there is none.</summary>
    internal OutletPeer? TakeFree()
    {
        ReadOnlySpan<OutletPeer> known = Known;
        for (int i = 0; i < known.Length; i++)
        {
            int index = (_next + i) % known.Length;
            if (IsFree(known[index]))
            {
                _next = index + 1;
                return known[index];
            }
        }

        return null;
    }

    /// <summary>Gives the sample of one that has left to another, where there is one.</summary>
    internal void PassOn(OutletPeer peer)
    {
        if (TakeFree() is { } other)
        {
            peer.PassTo(other);
        }
    }

    /// <summary>How long may be waited for room, as nobody is there: until whoever left last has been away too long.</summary>
    /// <exception cref="LinkLostException">That time is over.</exception>
    internal TimeSpan UntilLossIsError() => UntilLoss(out OutletPeer? last) is { Ticks: not 0 } left ? left : throw new LinkLostException(
        $"The consumer left after {last?.Sent} samples and did not come back within {comesBackWithin.TotalSeconds:0.###} s, "
        + $"though more were to come{(LastError is { } error ? $": {error.Message}" : ".")}");

    /// <summary>How long somebody may still come back: zero when that time is over, infinite while somebody is there, or nobody was yet.</summary>
    internal TimeSpan UntilLoss() => UntilLoss(out _);

    private TimeSpan UntilLoss(out OutletPeer? last)
    {
        last = null;
        ReadOnlySpan<OutletPeer> known = Known;
        foreach (OutletPeer peer in known)
        {
            if (peer.Connection is not null)
            {
                return Timeout.InfiniteTimeSpan;
            }

            last = last is null || peer.LeftAt > last.LeftAt ? peer : last;
        }

        if (last is null)
        {
            return Timeout.InfiniteTimeSpan; // the first is waited for as long as it takes
        }

        TimeSpan left = comesBackWithin - Stopwatch.GetElapsedTime(last.LeftAt);
        return left > TimeSpan.Zero ? left : TimeSpan.Zero;
    }

    /// <summary>The connections over which a message is on its way; not those that have ended, which would end every wait at once.</summary>
    internal ReadOnlySpan<ZmtpConnection> Sending()
    {
        ReadOnlySpan<OutletPeer> known = Known;
        if (_list.Length < known.Length)
        {
            _list = new ZmtpConnection[known.Length];
        }

        int count = 0;
        foreach (OutletPeer peer in known)
        {
            if (peer.SendingOver is { } connection && ReferenceEquals(connection, peer.Connection))
            {
                _list[count++] = connection;
            }
        }

        return _list.AsSpan(0, count);
    }

    /// <summary>Disposes what is not begun, or was on its way to one that has left: after an error nobody sends it any more.</summary>
    internal void DropStranded()
    {
        foreach (OutletPeer peer in Known)
        {
            if (peer.IsBusy && (peer.SendingOver is null || peer.Connection is null))
            {
                peer.Drop();
            }
        }
    }

    /// <summary>Disposes what is on its way.</summary>
    internal void DropAll()
    {
        foreach (OutletPeer peer in Known)
        {
            if (peer.IsBusy)
            {
                peer.Drop();
            }
        }
    }

    private static bool IsFree(OutletPeer peer) => !peer.IsBusy && !peer.HasEnd && peer.Connection is not null;

    // Who has been away too long is forgotten when the next one comes.
    private bool MayMatter(OutletPeer peer) => peer.Connection is not null || peer.IsBusy || peer.HasEnd
        || Stopwatch.GetElapsedTime(peer.LeftAt) < comesBackWithin;
}
