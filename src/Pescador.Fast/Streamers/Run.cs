namespace Pescador.Fast;

/// <summary>
/// A stream that somebody opened by hand: a root, or one that an iterator opened. Begun when the first sample is asked for, ended at
/// the last one, at an error, or when its handle is disposed; then it waits on its streamer to be opened again, under another ticket.
/// </summary>
internal sealed class Run<T>(Streamer<T> streamer) : IOpened
{
    internal T? Current; // the sample last given

    private Activation<T>? _activation;
    private StreamScope? _ownScope;
    private StreamScope? _scope;
    private ulong? _seed;
    private long _limit;
    private long _remaining;
    private bool _isEnded;
    private PrefetchCounters _lastPrefetch; // when a root ended: who asks why an epoch was slow asks after it

    /// <summary>Which opening this is; a handle with another ticket is stale.</summary>
    internal long Ticket { get; private set; }

    internal Streamer<T> Streamer => streamer;

    internal StreamScope Scope => _scope ?? throw new InvalidOperationException("The stream is not open.");

    internal ulong Seed => _seed ??= streamer.Root.NextRun();

    /// <summary>Opens it as a root.</summary>
    internal long OpenRoot(long limit, CancellationToken cancellation)
    {
        _ownScope ??= new StreamScope(SlabAllocator.Native, null, SlabPool.DefaultTimeout);
        _ownScope.Cancellation = cancellation;
        _ownScope.Skipped.Clear();
        return Open(_ownScope, null, limit);
    }

    /// <summary>Opens it below an iterator's activation.</summary>
    internal long OpenBelow(StreamScope scope, ulong seed) => Open(scope, seed, long.MaxValue);

    internal bool MoveNext()
    {
        if (--_remaining < 0 && !Begin())
        {
            return false;
        }

        try
        {
            // Never null here: Begin made it, and the end resets _remaining.
            if (_activation!.TryNext(out T? item))
            {
                Current = item; // by way of the stack: an out field is written through a dearer write barrier
                return true;
            }
        }
        catch
        {
            End();
            throw;
        }

        End();
        return false;
    }

    internal void Save(StateWriter writer)
    {
        if (_activation is null && !_isEnded)
        {
            Start();
        }

        writer.Write(_isEnded);
        if (!_isEnded)
        {
            writer.Write(_remaining);
            writer.Write(Seed);
            _activation!.Save(writer); // started above
        }

        Scope.Skipped.Save(writer, streamer);
    }

    internal void Load(StateReader reader)
    {
        _isEnded = reader.ReadBoolean();
        if (!_isEnded)
        {
            LoadActivation(reader);
        }

        Scope.Skipped.Load(reader, streamer); // last: an iterator that is replayed skips again what it had skipped
    }

    private void LoadActivation(StateReader reader)
    {

        long remaining = reader.ReadInt64();
        _seed = reader.ReadUInt64();
        try
        {
            _activation = streamer.Load(Scope, reader);
        }
        catch
        {
            _isEnded = true;
            throw;
        }

        _remaining = remaining;
    }

    internal PoolCounters BatchCounters()
    {
        var sum = default(PoolCounters);
        _activation?.AddBatchCounters(ref sum);
        return sum;
    }

    /// <summary>Those of the open stream, or as they were at its end.</summary>
    internal PrefetchCounters PrefetchCounters()
    {
        PrefetchCounters sum = _lastPrefetch;
        if (_activation is { } activation)
        {
            sum = default;
            activation.AddPrefetchCounters(ref sum);
        }

        return sum;
    }

    /// <summary>What the next <see cref="MoveNext"/> pulls from, begun if it was not; null when that would give nothing.</summary>
    internal Activation<T>? Upcoming()
    {
        if (_activation is null && !_isEnded && _limit > 0)
        {
            Start();
        }

        return _remaining > 0 ? _activation : null;
    }

    /// <summary>What is open.</summary>
    internal Activation<T>? Active => _activation;

    /// <inheritdoc/>
    public void CloseIf(long ticket)
    {
        if (Ticket != ticket)
        {
            return;
        }

        Ticket++;
        Current = default;
        End();
        streamer.Recycle(this);
    }

    internal void ReleaseMemory() => _ownScope?.Trim();

    private long Open(StreamScope scope, ulong? seed, long limit)
    {
        _scope = scope;
        _seed = seed;
        _limit = limit;
        _remaining = 0;
        _isEnded = false;
        _lastPrefetch = default;
        return ++Ticket;
    }

    // Called when no samples remain: at first because the stream has not begun.
    private bool Begin()
    {
        _remaining = 0;
        if (_isEnded || _activation is not null || _limit == 0)
        {
            End();
            return false;
        }

        Start();
        _remaining--;
        return true;
    }

    private void Start()
    {
        bool isRoot = ReferenceEquals(_scope, _ownScope);
        if (isRoot)
        {
            Scope.TakeOver();
        }

        _activation = streamer.Activate(Scope, Seed, isMixed: isRoot);
        _remaining = _limit;
    }

    private void End()
    {
        Activation<T>? activation = _activation;
        if (ReferenceEquals(_scope, _ownScope))
        {
            activation?.AddPrefetchCounters(ref _lastPrefetch);
        }

        _activation = null;
        _isEnded = true;
        _remaining = 0;
        activation?.Close();
    }
}
