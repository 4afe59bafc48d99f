using System.Diagnostics.CodeAnalysis;

namespace Pescador.Fast;

/// <summary>
/// A stream that runs somewhere else: on a thread, in other processes of this host, on other hosts. Its samples arrive here aligned to
/// 64 bytes, without having been copied by this library on either side.
/// </summary>
/// <remarks>Threads, processes and sockets are begun when the first sample is asked for, and have ended when the stream is closed.</remarks>
public sealed class ZmqStreamer : Streamer<Sample>
{
    private readonly WorkerPlan _plan;
    private ZmqActivation? _latest;

    /// <summary>Another streamer, run on a background thread: pescador's plain form.</summary>
    /// <param name="streamer">What to run.</param>
    /// <param name="options">How its samples come here.</param>
    public ZmqStreamer(Streamer<Sample> streamer, ZmqOptions? options = null)
        : this(new ThreadPlan(streamer ?? throw new ArgumentNullException(nameof(streamer)), ZmqScheme.Inproc, options ?? ZmqOptions.Default))
    {
    }

    internal ZmqStreamer(WorkerPlan plan)
        : base(plan.Root, null)
    {
        plan.Options.Check();
        _plan = plan;
    }

    /// <summary>How many workers there are.</summary>
    public int Workers => _plan.Workers;

    /// <summary>What the link to each worker has done, in the run that was begun last.</summary>
    public IReadOnlyList<ZmqWorkerCounters> Counters => Volatile.Read(ref _latest)?.Counters() ?? [];

    /// <summary>How many workers, of the run that was begun last, have ended without saying how, as pescador's in Python do: whether one failed
    /// cannot be known then.</summary>
    public int UnknownEnds => Volatile.Read(ref _latest)?.UnknownEnds ?? 0;

    /// <summary>Streams from worker processes of this host. Each loads the caller's assembly, calls the method, and streams what it returns under a
    /// seed of its own.</summary>
    /// <param name="method">A static method; no lambda that captures something.</param>
    /// <param name="workers">How many processes; at least 1.</param>
    /// <param name="options">Order, restarts, transport.</param>
    /// <exception cref="ArgumentException">The method is not static.</exception>
    /// <exception cref="ArgumentOutOfRangeException">No worker.</exception>
    [RequiresUnreferencedCode(ProcessPlan.NeedsReflection)]
    [RequiresDynamicCode(ProcessPlan.NeedsReflection)]
    public static ZmqStreamer InProcesses(Func<Streamer<Sample>> method, int workers = 1, WorkerOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(method);
        return new ZmqStreamer(ProcessPlan.Of(method, null, false, workers, options));
    }

    /// <param name="method">A static method; no lambda that captures something.</param>
    /// <param name="arguments">Given to the method in each process; carried as JSON.</param>
    /// <param name="workers">How many processes; at least 1.</param>
    /// <param name="options">Order, restarts, transport.</param>
    /// <exception cref="ArgumentException">The method is not static, or JSON does not carry the arguments.</exception>
    /// <inheritdoc cref="InProcesses(Func{Streamer{Sample}}, int, WorkerOptions?)"/>
    [RequiresUnreferencedCode(ProcessPlan.NeedsReflection)]
    [RequiresDynamicCode(ProcessPlan.NeedsReflection)]
    public static ZmqStreamer InProcesses<TArguments>(
        Func<TArguments, Streamer<Sample>> method, TArguments arguments, int workers = 1, WorkerOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(method);
        return new ZmqStreamer(ProcessPlan.Of(method, WorkerArguments.Of(arguments), false, workers, options));
    }

    /// <summary>The same with a shard: each process is told which part of the data is its own.</summary>
    /// <inheritdoc cref="InProcesses{TArguments}(Func{TArguments, Streamer{Sample}}, TArguments, int, WorkerOptions?)"/>
    [RequiresUnreferencedCode(ProcessPlan.NeedsReflection)]
    [RequiresDynamicCode(ProcessPlan.NeedsReflection)]
    public static ZmqStreamer InProcesses<TArguments>(
        Func<TArguments, WorkerShard, Streamer<Sample>> method, TArguments arguments, int workers = 1, WorkerOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(method);
        return new ZmqStreamer(ProcessPlan.Of(method, WorkerArguments.Of(arguments), true, workers, options));
    }

    /// <summary>Connects to a stream that is served elsewhere, by <see cref="ZmqServing"/>, <c>pescador serve</c>, or pescador itself.</summary>
    /// <param name="endpoint">As in <c>tcp://127.0.0.1:5555</c>, <c>ipc:///run/stream</c>, <c>shm:///run/stream</c>, <c>inproc://name</c>.</param>
    /// <param name="workers">How many producers there are: the stream ends when so many have ended.</param>
    /// <param name="pattern">Which sockets they have.</param>
    /// <param name="options">Queues, time-outs, limits, and whether addresses beyond this host are allowed.</param>
    /// <exception cref="ArgumentException">The endpoint cannot be read.</exception>
    /// <exception cref="ArgumentOutOfRangeException">No worker, or several on PAIR sockets.</exception>
    public static ZmqStreamer Connect(string endpoint, int workers = 1, ZmqPattern pattern = ZmqPattern.Pair, ZmqOptions? options = null) =>
        new(new RemotePlan(ZmqEndpoint.Parse(endpoint), false, workers, pattern, options ?? ZmqOptions.Default));

    /// <summary>Binds an endpoint to which producers connect.</summary>
    /// <param name="endpoint">As for <see cref="Connect"/>; of tcp also with a range of ports, as in <c>tcp://127.0.0.1:49152-65535</c>, one of which is
    /// found (<see cref="ZmqOptions.Bound"/> tells which).</param>
    /// <param name="workers">How many producers there are: the stream ends when so many have ended.</param>
    /// <param name="pattern">Which sockets they have.</param>
    /// <param name="options">Queues, time-outs, limits, and whether addresses beyond this host are allowed.</param>
    /// <exception cref="ArgumentException">The endpoint cannot be read.</exception>
    /// <exception cref="ArgumentOutOfRangeException">No worker, or several on PAIR sockets.</exception>
    public static ZmqStreamer Bind(string endpoint, int workers = 1, ZmqPattern pattern = ZmqPattern.Pair, ZmqOptions? options = null) =>
        new(new RemotePlan(ZmqEndpoint.Parse(endpoint), true, workers, pattern, options ?? ZmqOptions.Default));

    internal override string Label => _plan.Label;

    internal override IEnumerable<IStreamerNode> Inputs => _plan.Inputs;

    internal override Activation<Sample> Create() => new ZmqActivation(this, _plan);

    internal void Note(ZmqActivation begun) => Volatile.Write(ref _latest, begun);
}
