using System.Globalization;
using System.Runtime.CompilerServices;

namespace Pescador.Fast;

/// <summary>Another streamer, run ahead on background threads; made by <see cref="Streamer{T}.Prefetch"/>.</summary>
/// <typeparam name="T">What it gives; usually batches.</typeparam>
public sealed class PrefetchStreamer<T> : Streamer<T>
{
    internal const int LargestDepth = 1 << 20; // far more than memory for batches; its slots alone take 40 MiB

    private readonly Streamer<T> _source;

    internal PrefetchStreamer(Streamer<T> source, int depth, int workers)
        : base(source.Root, null)
    {
        _source = source;
        Depth = depth;
        Workers = workers;
    }

    /// <summary>How many items each worker keeps ready.</summary>
    public int Depth { get; }

    /// <summary>How many activations of the source run, each on a thread of its own.</summary>
    public int Workers { get; }

    /// <summary>For who awaits: the same items in the same order as <see cref="Streamer{T}.Iterate"/> gives them, but no thread is blocked
    /// while none is ready.</summary>
    /// <param name="maxIterations">The bound; none when null.</param>
    /// <param name="cancellationToken">Ends the waits.</param>
    /// <returns>Each enumeration is one of the streamer's runs. Disposing the enumerator, as leaving an <c>await foreach</c> does, stops the
    /// threads.</returns>
    /// <exception cref="ArgumentOutOfRangeException">Negative.</exception>
    public IAsyncEnumerable<T> IterateAsync(long? maxIterations = null, CancellationToken cancellationToken = default)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(maxIterations ?? 0, nameof(maxIterations));
        return EnumerateAsync(maxIterations ?? long.MaxValue, cancellationToken);
    }

    // Neither depth nor checkpoints change what is given: a state may be restored under another depth.
    internal override string Label => string.Create(CultureInfo.InvariantCulture, $"Prefetch({Workers} {(Workers == 1 ? "worker" : "workers")})");

    internal override IEnumerable<IStreamerNode> Inputs => [_source];

    internal Streamer<T> Source => _source;

    /// <summary>After how many items each checkpoint is taken; as they cost when null.</summary>
    internal int? CheckpointInterval { get; init; }

    internal override Activation<T> Create() => new PrefetchActivation<T>(this);

    private async IAsyncEnumerable<T> EnumerateAsync(long limit, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        Run<T> run = TakeRun();
        long ticket = run.OpenRoot(limit, cancellationToken);
        try
        {
            while (run.Upcoming() is PrefetchActivation<T> activation)
            {
                while (activation.MustWait(out ValueTask next))
                {
                    await next.ConfigureAwait(false);
                }

                if (!run.MoveNext())
                {
                    break;
                }

                yield return run.Current!; // a T after each MoveNext that gave true
            }
        }
        finally
        {
            if (run.Active is PrefetchActivation<T> open)
            {
                await open.StopAsync().ConfigureAwait(false);
            }

            run.CloseIf(ticket);
        }
    }
}
