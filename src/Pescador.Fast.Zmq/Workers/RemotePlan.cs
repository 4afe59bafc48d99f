using System.Globalization;

namespace Pescador.Fast;

/// <summary>Workers that somebody else runs.</summary>
internal sealed class RemotePlan : WorkerPlan
{
    private readonly ZmqEndpoint _endpoint;
    private readonly bool _isBinding;
    private readonly ZmqPattern _pattern;

    internal RemotePlan(ZmqEndpoint endpoint, bool isBinding, int workers, ZmqPattern pattern, ZmqOptions options)
        : base(workers, options)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(workers, 1);
        EnumValue.Check(pattern, nameof(pattern));
        if (workers > 1 && (pattern == ZmqPattern.Pair || endpoint.Scheme == ZmqScheme.Shm))
        {
            throw new ArgumentOutOfRangeException(
                nameof(workers), workers, $"PAIR sockets and shared memory ({endpoint}) have one producer; several need {nameof(ZmqPattern.PushPull)} over tcp, ipc or inproc.");
        }

        (_endpoint, _isBinding, _pattern) = (endpoint, isBinding, pattern);
    }

    internal override RootSeed Root { get; } = new(null);

    internal override string Label => string.Create(
        CultureInfo.InvariantCulture, $"Zmq({(_isBinding ? "bound to" : "connected to")} {_endpoint}, {Workers} {(Workers == 1 ? "worker" : "workers")})");

    // Those of one endpoint come over one link: who they are is not known beforehand.
    internal override int Links => 1;

    internal override string? WhyUnsaved => $"What is served at {_endpoint} runs elsewhere, under a state of its own; save it there.";

    internal override bool IsShared => _endpoint.Scheme == ZmqScheme.Shm;

    internal override Inlet OpenInlet(int number, Doorbell doorbell, StreamScope scope) =>
        LinkFactory.Open(
        _endpoint, _isBinding, _pattern, new InletSettings(Workers, Options, LossIsFailure: false), doorbell, scope);
}
