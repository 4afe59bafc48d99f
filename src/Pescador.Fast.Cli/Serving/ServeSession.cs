using System.Runtime.ExceptionServices;
using Pescador.Fast.Cli.Running;
using Pescador.Fast.Cli.Streaming;

namespace Pescador.Fast.Cli.Serving;

/// <summary>Sends batches to whoever consumes them.</summary>
internal sealed class ServeSession : IDisposable
{
    private readonly ServePlan _plan;
    private readonly MixedSources _mixed;
    private readonly ServeCount _count = new();
    private readonly Action<string> _announce;
    private readonly ManualResetEvent _begun = new(false);
    private string _endpoint;
    private StreamEnd _end;

    /// <summary>A session that has not begun.</summary>
    /// <param name="files">What is served.</param>
    /// <param name="plan">How and where.</param>
    /// <param name="announce">Given the endpoint once it is bound, or right before it is connected to.</param>
    /// <exception cref="PescadorException">Sources, weights and mode do not go together.</exception>
    internal ServeSession(IReadOnlyList<Source> files, ServePlan plan, Action<string> announce)
    {
        _plan = plan;
        _mixed = new MixedSources(files, plan.Stream);
        _announce = announce;
        _endpoint = plan.Endpoint;
    }

    /// <summary>Set once the endpoint was announced.</summary>
    internal WaitHandle Begun => _begun;

    /// <summary>Where it is bound, or what it connects to.</summary>
    internal string Endpoint => Volatile.Read(ref _endpoint);

    /// <summary>How it does; from any thread.</summary>
    internal ServeGlimpse Look() => _count.Look(_mixed);

    /// <summary>Serves until the stream has ended, or its time is over, or it is cancelled, or it fails after a consumer has taken something.</summary>
    internal ServeSummary Run(CancellationToken cancellation)
    {
        using var memory = new ResidentMemory();
        ExceptionDispatchInfo? error = null;
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        using var time = new CancellationTokenSource();

        // What ends in time ends well: the consumers are told. Whom nobody takes anything from, or not any more, is stopped.
        using CancellationTokenRegistration late =
            time.Token.Register(() => stop.CancelAfter(_count.Batches == 0 ? TimeSpan.Zero : _plan.Options.Timeout));
        if (_plan.Stream.Duration < StreamPlan.Endless)
        {
            time.CancelAfter(_plan.Stream.Duration);
        }

        try
        {
            _mixed.Run(() => Serve(stop.Token));
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            _end = cancellation.IsCancellationRequested ? StreamEnd.Interrupted : StreamEnd.Time;
        }
        catch (Exception failure) when (_count.Batches > 0)
        {
            _end = StreamEnd.Failed;
            error = ExceptionDispatchInfo.Capture(failure);
        }

        _count.End();
        return new ServeSummary(Look(), _end, error, Endpoint, memory.Start, memory.Peak, _mixed.Budget.PeakInBytes);
    }

    public void Dispose()
    {
        _mixed.Dispose();
        _begun.Dispose();
    }

    private bool Serve(CancellationToken stop)
    {
        if (!_plan.IsBinding)
        {
            Announce(_plan.Endpoint);
        }

        Streamer<Sample> batches = Streamer.Create(Batches).WithSeed(_plan.Stream.Mix.Seed);
        batches.Serve(_plan.Endpoint, _plan.IsBinding, _plan.Pattern, _plan.Options with { Bound = Announce }, stop);
        return true;
    }

    private void Announce(string endpoint)
    {
        Volatile.Write(ref _endpoint, endpoint);
        _announce(endpoint);
        _begun.Set();
    }

    // Runs on the thread that serves, which asks for a batch when it has handed the one before over.
    private IEnumerable<Sample> Batches(StreamContext context)
    {
        long left = _plan.Batches ?? long.MaxValue;
        for (int epoch = 0; epoch < _plan.Epochs; epoch++)
        {
            using ActiveStream<Sample> stream = context.Open(_mixed.Batches);
            while (true)
            {
                if (left-- == 0 || _count.Elapsed >= _plan.Stream.Duration)
                {
                    _end = left < 0 ? StreamEnd.Enough : StreamEnd.Time;
                    yield break;
                }

                _count.BeginWait();
                if (!stream.MoveNext())
                {
                    left++;
                    break;
                }

                Sample batch = stream.Current;
                BatchSize size = BatchSize.Of(batch);
                ulong checksum = _plan.HasChecksum ? Checksum.Of(batch) : 0;
                _count.BeginSend();
                yield return batch; // the sender's from here on
                _count.Add(size, checksum, stream.SkippedCount);
            }
        }

        _end = StreamEnd.Exhausted;
    }
}
