using System.Diagnostics;

namespace Pescador.Fast;

/// <summary>The producer's end within this process. What waits to be taken is bounded by the depth, of each consumer.</summary>
internal sealed class InprocOutlet : Outlet
{
    private readonly object _gate = new();
    private readonly ZmqOptions _options;
    private readonly InprocEnd _end;
    private readonly CancellationTokenSource _ending = new();
    private CancellationToken _token;
    private CancellationTokenRegistration _registration;
    private long _waited;
    private long _leftAt; // when the last consumer left; 0 while one is there, or none was
    private long _sent;
    private int _next;
    private bool _isWaiting;
    private bool _isDisposed;

    /// <inheritdoc cref="LinkFactory.Open(ZmqEndpoint, bool, ZmqPattern, ZmqOptions, string)"/>
    internal InprocOutlet(ZmqEndpoint endpoint, bool isBinding, ZmqPattern pattern, ZmqOptions options, string worker)
    {
        Endpoint = endpoint.ToString();
        _options = options;
        _end = new InprocEnd(endpoint.Address, isBinding, isOutlet: true, pattern, worker, null, OnChange);
        try
        {
            InprocNames.Join(_end);
        }
        catch
        {
            _ending.Dispose();
            throw;
        }

        if (isBinding)
        {
            options.Bound?.Invoke(Endpoint);
        }
    }

    internal override TimeSpan Waited => Stopwatch.GetElapsedTime(0, Volatile.Read(ref _waited));

    internal override string Endpoint { get; }

    internal override void Send(Sample sample, StateWriter? checkpoint, string? unsaved, CancellationToken cancellation)
    {
        try
        {
            if (sample.Count == 0)
            {
                throw new DataException("A sample without tensors cannot be sent: over other links its header would read as the stream's end.");
            }

            while (true)
            {
                InprocPipe pipe = FindRoom() ?? WaitForRoom(cancellation);
                Check(cancellation);
                try
                {
                    pipe.Send(sample, checkpoint, unsaved, cancellation, _ending.Token);
                    _sent++;
                    return;
                }
                catch (Exception error) when (error is OperationCanceledException or ObjectDisposedException && !sample.IsDisposed)
                {
                    Check(cancellation); // if neither, the consumer left while its memory was waited for: another gets it
                }
            }
        }
        catch
        {
            sample.Dispose();
            throw;
        }
    }

    internal override void Complete(CancellationToken cancellation)
    {
        if (_end.Pipes.Length == 0)
        {
            WaitForRoom(cancellation);
        }

        End(null, cancellation);
    }

    internal override void Fail(Exception error) => End(error, CancellationToken.None);

    public override void Dispose()
    {
        lock (_gate)
        {
            _isDisposed = true;
            Monitor.PulseAll(_gate);
        }

        _ending.Cancel();
        InprocNames.Leave(_end);
        _registration.Dispose();
    }

    // Tells every consumer, and waits until each has taken its end, or left.
    private void End(Exception? error, CancellationToken cancellation)
    {
        long began = Stopwatch.GetTimestamp();
        Watch(cancellation);
        while (_options.Timeout - Stopwatch.GetElapsedTime(began) is { Ticks: > 0 } left)
        {
            foreach (InprocPipe pipe in _end.Pipes)
            {
                if (!pipe.HasEnd)
                {
                    pipe.TellWait(Waited);
                    pipe.End(error); // rings: not under the gate, which who takes may wait for
                }
            }

            lock (_gate)
            {
                Check(cancellation);
                _isWaiting = true; // before looking: who takes from here on pulses
                Interlocked.MemoryBarrier();
                InprocPipe[] pipes = _end.Pipes;
                bool isTaken = Array.TrueForAll(pipes, static pipe => pipe is { HasEnd: true, Ready: 0 });
                bool isOver = pipes.Length == 0 ? error is null || HasLeftForGood : isTaken;
                if (!isOver && Array.TrueForAll(pipes, static pipe => pipe.HasEnd)) // who is new is told first
                {
                    Monitor.Wait(_gate, left);
                }

                _isWaiting = false;
                if (isOver)
                {
                    return;
                }
            }
        }
    }

    // A failure waits for somebody to hear it, but not for one who will not come back.
    private bool HasLeftForGood => Volatile.Read(ref _leftAt) is not 0 and long leftAt && Stopwatch.GetElapsedTime(leftAt) >= _options.ReconnectTimeout;

    private InprocPipe? FindRoom()
    {
        InprocPipe[] pipes = _end.Pipes;
        for (int i = 0; i < pipes.Length; i++)
        {
            InprocPipe pipe = pipes[(_next + i) % pipes.Length];
            if (pipe.Ready < _options.Depth && !pipe.HasEnd)
            {
                _next = ((_next + i) % pipes.Length) + 1;
                return pipe;
            }
        }

        return null;
    }

    private InprocPipe WaitForRoom(CancellationToken cancellation)
    {
        Watch(cancellation);
        bool isForRoom = _end.Pipes.Length > 0; // and not for the first consumer to come
        long began = Stopwatch.GetTimestamp();
        try
        {
            lock (_gate)
            {
                while (true)
                {
                    Check(cancellation);
                    _isWaiting = true; // before looking: who takes from here on pulses
                    Interlocked.MemoryBarrier();
                    if (FindRoom() is { } pipe)
                    {
                        pipe.TellWait(Waited);
                        return pipe;
                    }

                    TimeSpan left = UntilLossIsError();
                    Monitor.Wait(_gate, left);
                }
            }
        }
        finally
        {
            _isWaiting = false;
            Volatile.Write(ref _waited, _waited + (isForRoom ? Stopwatch.GetTimestamp() - began : 0));
        }
    }

    private TimeSpan UntilLossIsError()
    {
        long leftAt = Volatile.Read(ref _leftAt);
        if (leftAt == 0)
        {
            return Timeout.InfiniteTimeSpan;
        }

        TimeSpan left = _options.ReconnectTimeout - Stopwatch.GetElapsedTime(leftAt);
        return left > TimeSpan.Zero ? left : throw new LinkLostException(
            $"The consumer at {Endpoint} left after {_sent} samples and none came within {_options.ReconnectTimeout.TotalSeconds:0.###} s, "
            + "though more were to come.");
    }

    // On whichever thread took something, came or left.
    private void OnChange()
    {
        InprocPipe[] pipes = _end?.Pipes ?? [];
        if (pipes.Length > 0)
        {
            Volatile.Write(ref _leftAt, 0);
        }
        else if (_leftAt == 0)
        {
            Volatile.Write(ref _leftAt, Stopwatch.GetTimestamp());
        }

        Interlocked.MemoryBarrier(); // either this sees the other waiting, or the other sees what was changed
        if (Volatile.Read(ref _isWaiting))
        {
            lock (_gate)
            {
                Monitor.PulseAll(_gate);
            }
        }
    }

    private void Check(CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        ObjectDisposedException.ThrowIf(_isDisposed, this);
    }

    private void Watch(CancellationToken cancellation)
    {
        if (_token == cancellation)
        {
            return;
        }

        _registration.Dispose();
        _token = cancellation;
        _registration = cancellation.UnsafeRegister(
            static gate =>
            {
                lock (gate!)
                {
                    Monitor.PulseAll(gate);
                }
            },
            _gate);
    }
}
