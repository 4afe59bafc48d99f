using System.Globalization;

namespace Pescador.Fast;

/// <summary>Serves streams to consumers in other processes and on other hosts.</summary>
public static class ZmqServing
{
    private static int _served;

    /// <summary>Runs a stream here and sends its samples to whoever consumes them, until it has ended and its end was received.</summary>
    /// <param name="streamer">What to run: one run of it.</param>
    /// <param name="endpoint">As for <see cref="ZmqStreamer.Connect"/>.</param>
    /// <param name="isBinding">Whether consumers connect here, the default; otherwise this connects to a consumer that binds, as pescador's do.</param>
    /// <param name="pattern">Which sockets are used: with <see cref="ZmqPattern.PushPull"/> the samples are spread over the consumers.</param>
    /// <param name="options">Queues, time-outs, and whether addresses beyond this host are allowed.</param>
    /// <param name="cancellationToken">Stops it; consumers see that the producer is gone.</param>
    /// <exception cref="ArgumentException">The endpoint cannot be read.</exception>
    /// <exception cref="PescadorException">The endpoint cannot be bound, the consumer left and did not come back, or a mux or map cannot go
    /// on. A user's exception passes through unchanged, and is sent.</exception>
    /// <exception cref="OperationCanceledException">It was stopped.</exception>
    public static void Serve(
        this Streamer<Sample> streamer,
        string endpoint,
        bool isBinding = true,
        ZmqPattern pattern = ZmqPattern.Pair,
        ZmqOptions? options = null,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(streamer);
        EnumValue.Check(pattern, nameof(pattern));
        options ??= ZmqOptions.Default;
        options.Check();
        using Outlet outlet = LinkFactory.Open(ZmqEndpoint.Parse(endpoint), isBinding, pattern, options, NextName());
        var start = new StreamStart(streamer.Root.NextRun()) { IsRoot = true, HasCheckpoints = false };
        StreamScope scope = SampleServer.ScopeFor(outlet, options.Depth);
        try
        {
            new SampleServer(streamer, outlet, start, scope).Run(cancellationToken);
        }
        finally
        {
            streamer.Trim();
            scope.Trim();
        }
    }

    // Several may be served to one consumer from one process, or one after another: it tells them apart by their names.
    private static string NextName() =>
        string.Create(CultureInfo.InvariantCulture, $"{Environment.MachineName}:{Environment.ProcessId}:{Interlocked.Increment(ref _served)}");
}
