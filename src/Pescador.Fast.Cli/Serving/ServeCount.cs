using System.Diagnostics;
using Pescador.Fast.Cli.Running;
using Pescador.Fast.Cli.Streaming;

namespace Pescador.Fast.Cli.Serving;

/// <summary>Counts what goes through, on the thread that serves; read from any.</summary>
internal sealed class ServeCount
{
    private readonly Lock _gate = new();
    private readonly long _begun = Stopwatch.GetTimestamp();
    private BatchSize _sum;
    private long _batches;
    private ulong _checksum;
    private long _skipped;
    private long _consumerWait;
    private long _batchWait;
    private long _sendTime;
    private long _since; // when what goes on now began
    private bool _isSending;

    internal long Batches => Read(() => _batches);

    internal TimeSpan Elapsed => Stopwatch.GetElapsedTime(_begun);

    /// <summary>From here on a batch is waited for.</summary>
    internal void BeginWait() => Begin(isSending: false);

    /// <summary>There is a batch; from here on it is sent.</summary>
    internal void BeginSend() => Begin(isSending: true);

    /// <summary>A batch has been handed over.</summary>
    internal void Add(BatchSize size, ulong checksum, long skipped)
    {
        lock (_gate)
        {
            Settle();
            _sum = new BatchSize(_sum.Samples + size.Samples, _sum.Bytes + size.Bytes);
            _batches++;
            _checksum = unchecked(_checksum + checksum);
            _skipped = skipped;
        }
    }

    internal ServeGlimpse Look(MixedSources mixed)
    {
        lock (_gate)
        {
            Settle();
            return new ServeGlimpse(
                Elapsed, _sum.Samples, _sum.Bytes, _batches, _checksum, Span(_consumerWait), Span(_batchWait), Span(_sendTime),
                mixed.WorkingSet.Counters, ResidentMemory.Read(), mixed.Budget.UsedInBytes, _skipped);
        }
    }

    /// <summary>Nothing is waited for any more.</summary>
    internal void End()
    {
        lock (_gate)
        {
            Settle();
            _since = 0;
        }
    }

    private void Begin(bool isSending)
    {
        lock (_gate)
        {
            Settle();
            _isSending = isSending;
        }
    }

    // Counts the time since for what goes on. Before the first batch is gone it was waited for whoever takes it.
    private void Settle()
    {
        long now = Stopwatch.GetTimestamp();
        long passed = _since == 0 ? 0 : now - _since;
        _since = now;
        if (!_isSending)
        {
            _batchWait += passed;
        }
        else if (_batches == 0)
        {
            _consumerWait += passed;
        }
        else
        {
            _sendTime += passed;
        }
    }

    private T Read<T>(Func<T> read)
    {
        lock (_gate)
        {
            return read();
        }
    }

    private static TimeSpan Span(long ticks) => Stopwatch.GetElapsedTime(0, ticks);
}
