using System.Diagnostics;

namespace Pescador.Fast;

/// <summary>
/// Where one thread waits for what others bring about, in this process or another. Two words in shared memory: how often it was rung, and whether
/// somebody is waiting, so that nobody is woken in vain.
/// </summary>
/// <param name="words">Their address; mapped as long as anybody is in here.</param>
/// <param name="isSpinning">Whether short waits are spun through; not by a thread that others do not wait for.</param>
internal abstract unsafe class SharedBell(nint words, bool isSpinning)
{
    /// <summary>Bytes that a bell takes.</summary>
    internal const int LengthInBytes = 8;

    /// <summary>How long the longest wait is before it is looked whether the others still live.</summary>
    internal const int TickInMilliseconds = 50;

    /// <summary>How processes wake each other here.</summary>
    internal static SharedWaking BestWaking => FutexBell.IsSupported ? SharedWaking.Futex : SharedWaking.Socket;

    // Invariant: both words are mapped, 4-byte aligned, and written with atomic stores only.
    private readonly uint* _rung = (uint*)words;
    private readonly uint* _isWaiting = (uint*)words + 1;
    private readonly AdaptiveSpin _spin = new();
    private long _waited;

    /// <summary>How long was waited here.</summary>
    internal TimeSpan Waited => Stopwatch.GetElapsedTime(0, Volatile.Read(ref _waited));

    private protected nint Word => (nint)_rung;

    /// <summary>Blocks until the condition holds, somebody rings, or a tick has passed.</summary>
    /// <param name="isReady">What is waited for.</param>
    /// <param name="parking">Called when spinning was of no use, before it blocks.</param>
    /// <returns>Whether something happened before the tick.</returns>
    internal bool Wait(Func<bool> isReady, Action? parking = null)
    {
        if (isReady())
        {
            return true;
        }

        long begun = Stopwatch.GetTimestamp();
        bool hasHappened = (isSpinning && _spin.Try(isReady)) || Park(isReady, parking);
        Volatile.Write(ref _waited, _waited + Stopwatch.GetTimestamp() - begun);
        return hasHappened;
    }

    /// <summary>Ends the wait, if somebody waits. From any thread, after what the condition reads was written.</summary>
    internal void Ring()
    {
        Interlocked.MemoryBarrier(); // either this sees the other waiting, or the other sees what was written before
        if (Volatile.Read(ref *_isWaiting) != 0)
        {
            RingAtOnce();
        }
    }

    /// <summary>Whether somebody waits; a hint.</summary>
    internal bool IsTaken => Volatile.Read(ref *_isWaiting) != 0;

    /// <summary>Ends a wait, even one that is only about to begin.</summary>
    internal void RingAtOnce()
    {
        Volatile.Write(ref *_isWaiting, 0);
        Interlocked.Increment(ref *_rung);
        Wake();
    }

    /// <summary>Blocks while the number of rings is what it was, up to a tick.</summary>
    /// <returns>False after a tick.</returns>
    private protected abstract bool Block(uint rung);

    private protected abstract void Wake();

    private bool Park(Func<bool> isReady, Action? parking)
    {
        parking?.Invoke();
        uint rung = Volatile.Read(ref *_rung); // before the condition: who makes it true later rings, and this number is stale
        Volatile.Write(ref *_isWaiting, 1);
        Interlocked.MemoryBarrier();
        bool hasHappened = isReady() || Block(rung);
        Volatile.Write(ref *_isWaiting, 0);
        return hasHappened;
    }
}
