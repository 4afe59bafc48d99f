using System.Diagnostics;
using System.Runtime.ExceptionServices;
using Pescador.Fast.Cli.Running;
using Pescador.Fast.Cli.Streaming;

namespace Pescador.Fast.Cli.Draining;

/// <summary>Consumes batches as a training would, and lets them go.</summary>
internal sealed class DrainSession : IDisposable
{
    private readonly DrainPlan _plan;
    private readonly ZmqStreamer _streamer;
    private readonly Action<string> _announce;
    private readonly ManualResetEvent _begun = new(false);
    private readonly Lock _gate = new();
    private string _endpoint;
    private long _start;
    private BatchSize _sum;
    private long _batches;
    private ulong _checksum;
    private string? _form;
    private long _firstWait;
    private long _wait;
    private long _since; // when the wait that goes on began; 0 when there is none

    /// <summary>A session that has not begun.</summary>
    /// <param name="plan">What, and from where.</param>
    /// <param name="announce">Given the endpoint once it is bound, or right before it is connected to.</param>
    /// <exception cref="ArgumentException">The endpoint cannot be read, or does not go with the rest.</exception>
    internal DrainSession(DrainPlan plan, Action<string> announce)
    {
        _plan = plan;
        _announce = announce;
        _endpoint = plan.Endpoint;
        ZmqOptions options = plan.Options with { Bound = Announce };
        _streamer = plan.IsBinding
            ? ZmqStreamer.Bind(plan.Endpoint, plan.Workers, plan.Pattern, options)
            : ZmqStreamer.Connect(plan.Endpoint, plan.Workers, plan.Pattern, options);
    }

    /// <summary>Set once the endpoint was announced.</summary>
    internal WaitHandle Begun => _begun;

    /// <summary>Where it is bound, or what it connects to.</summary>
    internal string Endpoint => Volatile.Read(ref _endpoint);

    /// <summary>How it does; from any thread.</summary>
    internal DrainGlimpse Look()
    {
        IReadOnlyList<ZmqWorkerCounters> workers = _streamer.Counters;
        lock (_gate)
        {
            Settle();
            return new DrainGlimpse(
                _start == 0 ? TimeSpan.Zero : Stopwatch.GetElapsedTime(_start),
                _sum.Samples, _sum.Bytes, _batches, _checksum, _form, Stopwatch.GetElapsedTime(0, _firstWait), Stopwatch.GetElapsedTime(0, _wait), workers);
        }
    }

    /// <summary>Consumes until the stream has ended, or its time is over, or it is cancelled, or it fails after something has come.</summary>
    internal DrainSummary Run(CancellationToken cancellation)
    {
        using var memory = new ResidentMemory();
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        if (_plan.Duration is { } duration)
        {
            stop.CancelAfter(duration);
        }

        StreamEnd end = StreamEnd.Exhausted;
        ExceptionDispatchInfo? error = null;
        PrefetchCounters prefetch = default;
        DrainGlimpse last;
        if (!_plan.IsBinding)
        {
            Announce(_plan.Endpoint);
        }

        _start = Stopwatch.GetTimestamp();
        ActiveStream<Sample> stream = _streamer.Open(stop.Token);
        try
        {
            Drain(stream, stop.Token);
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            end = cancellation.IsCancellationRequested ? StreamEnd.Interrupted : StreamEnd.Time;
        }
        catch (Exception failure) when (Look().Batches > 0)
        {
            end = StreamEnd.Failed;
            error = ExceptionDispatchInfo.Capture(failure);
        }
        finally
        {
            prefetch = stream.Prefetch;
            last = Look();
            stream.Dispose();
        }

        return new DrainSummary(last, end, _streamer.UnknownEnds, error, Endpoint, prefetch, memory.Start, memory.Peak);
    }

    public void Dispose() => _begun.Dispose();

    private void Drain(ActiveStream<Sample> stream, CancellationToken stop)
    {
        while (true)
        {
            stop.ThrowIfCancellationRequested();
            lock (_gate)
            {
                _since = Stopwatch.GetTimestamp();
            }

            if (!stream.MoveNext())
            {
                return;
            }

            using Sample batch = stream.Current;
            BatchSize size = BatchSize.Of(batch);
            ulong checksum = _plan.HasChecksum ? Checksum.Of(batch) : 0;
            lock (_gate)
            {
                Settle();
                _since = 0;
                _form ??= batch.Spec.ToString();
                _sum = new BatchSize(_sum.Samples + size.Samples, _sum.Bytes + size.Bytes);
                _batches++;
                _checksum = unchecked(_checksum + checksum);
            }
        }
    }

    private void Announce(string endpoint)
    {
        Volatile.Write(ref _endpoint, endpoint);
        _announce(endpoint);
        _begun.Set();
    }

    private void Settle()
    {
        if (_since == 0)
        {
            return;
        }

        long now = Stopwatch.GetTimestamp();
        if (_batches == 0)
        {
            _firstWait += now - _since;
        }
        else
        {
            _wait += now - _since;
        }

        _since = now;
    }
}
