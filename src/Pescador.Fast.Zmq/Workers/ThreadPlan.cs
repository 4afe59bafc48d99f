namespace Pescador.Fast;

/// <summary>One worker, on a thread of this process.</summary>
internal sealed class ThreadPlan(Streamer<Sample> streamer, ZmqScheme scheme, ZmqOptions options) : WorkerPlan(1, options)
{
    internal override RootSeed Root => streamer.Root;

    // How it travels does not change what is given.
    internal override string Label => "Zmq(on a thread)";

    internal override IEnumerable<IStreamerNode> Inputs => [streamer];

    internal override bool IsShared => scheme == ZmqScheme.Shm;

    /// <summary>After how many samples each checkpoint is taken; as they cost when null.</summary>
    internal int? CheckpointInterval { get; init; }

    internal override Inlet OpenInlet(int number, Doorbell doorbell, StreamScope scope) => LinkFactory.Open(
        PrivateEndpoint.Of(scheme), true, ZmqPattern.Pair, new InletSettings(1, Options, LossIsFailure: true), doorbell, scope);

    internal override WorkerRunner CreateRunner(int number) => new ThreadRunner(streamer, Options, CheckpointInterval);
}
