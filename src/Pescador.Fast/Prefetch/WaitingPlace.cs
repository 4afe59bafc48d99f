using System.Diagnostics;
using System.Threading.Tasks.Sources;

namespace Pescador.Fast;

/// <summary>
/// Where one thread, or one who awaits, waits for a condition that another thread brings about: it spins for a moment where that has paid
/// lately, then parks. Only real waits are timed.
/// </summary>
/// <param name="condition">Read by whoever waits here.</param>
internal sealed class WaitingPlace(Func<bool> condition) : IValueTaskSource
{
    private const int Nobody = 0;
    private const int AThread = 1;
    private const int AnAwaiter = 2;

    private readonly object _gate = new();
    private readonly AdaptiveSpin _spin = new();
    private ManualResetValueTaskSourceCore<bool> _awaiter = new() { RunContinuationsAsynchronously = true };
    private long _waited;
    private long _begun; // of the wait that goes on; 0 when there is none
    private int _who;

    /// <summary>Whether somebody is parked. Read after a full fence that follows what the condition reads.</summary>
    internal bool IsTaken => Volatile.Read(ref _who) != Nobody;

    /// <summary>How long was waited so far, the wait that goes on included.</summary>
    internal TimeSpan Waited
    {
        get
        {
            long begun = Volatile.Read(ref _begun);
            long waited = Volatile.Read(ref _waited);
            return Stopwatch.GetElapsedTime(0, waited + (begun == 0 ? 0 : Math.Max(0, Stopwatch.GetTimestamp() - begun)));
        }
    }

    internal void Reset() => _waited = 0;

    /// <summary>Blocks until the condition was seen, or <see cref="Wake"/> was called.</summary>
    internal void Wait()
    {
        if (condition())
        {
            return;
        }

        BeginWait();
        if (!_spin.Try(condition))
        {
            Park();
        }

        EndWait();
    }

    /// <summary>The same for who awaits. One at a time, and not while a thread waits here.</summary>
    internal ValueTask WaitAsync()
    {
        if (condition())
        {
            return ValueTask.CompletedTask;
        }

        BeginWait();
        _awaiter.Reset();
        short version = _awaiter.Version;
        Interlocked.Exchange(ref _who, AnAwaiter);
        if (condition())
        {
            Wake(); // it may be that the other thread does, too: one of them finds somebody
        }

        return new ValueTask(this, version);
    }

    /// <summary>Ends the wait, if somebody waits. From any thread.</summary>
    internal void Wake()
    {
        switch (Interlocked.Exchange(ref _who, Nobody))
        {
            case AThread:
                lock (_gate)
                {
                    Monitor.Pulse(_gate);
                }

                break;
            case AnAwaiter:
                _awaiter.SetResult(true);
                break;
        }
    }

    void IValueTaskSource.GetResult(short token)
    {
        _awaiter.GetResult(token);
        EndWait();
    }

    ValueTaskSourceStatus IValueTaskSource.GetStatus(short token) => _awaiter.GetStatus(token);

    void IValueTaskSource.OnCompleted(Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags) =>
        _awaiter.OnCompleted(continuation, state, token, flags);

    private void Park()
    {
        Interlocked.Exchange(ref _who, AThread); // a full fence: the condition is read after it
        if (condition())
        {
            Interlocked.Exchange(ref _who, Nobody);
            return;
        }

        lock (_gate)
        {
            while (Volatile.Read(ref _who) == AThread)
            {
                Monitor.Wait(_gate);
            }
        }
    }

    private void BeginWait() => Volatile.Write(ref _begun, Stopwatch.GetTimestamp());

    private void EndWait()
    {
        Volatile.Write(ref _waited, _waited + Stopwatch.GetTimestamp() - _begun);
        Volatile.Write(ref _begun, 0);
    }
}
