namespace Pescador.Fast;

/// <summary>Makes a link's ends by the scheme of its endpoint.</summary>
internal static class LinkFactory
{
    /// <summary>A consumer's end.</summary>
    /// <param name="endpoint">Where.</param>
    /// <param name="isBinding">Whether it is bound here; else it is connected to.</param>
    /// <param name="pattern">As the producers'.</param>
    /// <param name="settings">Of how many workers.</param>
    /// <param name="doorbell">Rung when something can be taken.</param>
    /// <param name="scope">Where its slabs come from, and what they count against.</param>
    /// <exception cref="ArgumentException">The endpoint cannot be used so.</exception>
    /// <exception cref="PescadorException">It cannot be bound.</exception>
    internal static Inlet Open(
        ZmqEndpoint endpoint, bool isBinding, ZmqPattern pattern, InletSettings settings, Doorbell doorbell, StreamScope scope) =>
        endpoint.Scheme switch
        {
            ZmqScheme.Tcp or ZmqScheme.Ipc => new ZmtpInlet(endpoint, isBinding, pattern, settings, doorbell, scope),
            ZmqScheme.Inproc => new InprocInlet(endpoint, isBinding, pattern, settings, doorbell, scope),
            _ => new SharedInlet(endpoint.Address, isBinding, settings.Options, (SharedDoorbell)doorbell), // a plan that says it is shared has one
        };

    /// <summary>A producer's end.</summary>
    /// <param name="endpoint">Where.</param>
    /// <param name="isBinding">Whether it is bound here; else it is connected to.</param>
    /// <param name="pattern">As the consumers'.</param>
    /// <param name="options">Depth, time-outs, limits.</param>
    /// <param name="worker">The name under which its samples are numbered: another for every stream.</param>
    /// <exception cref="ArgumentException">The endpoint cannot be used so.</exception>
    /// <exception cref="PescadorException">It cannot be bound.</exception>
    internal static Outlet Open(ZmqEndpoint endpoint, bool isBinding, ZmqPattern pattern, ZmqOptions options, string worker) =>
        endpoint.Scheme switch
        {
            ZmqScheme.Tcp or ZmqScheme.Ipc => new ZmtpOutlet(endpoint, isBinding, pattern, options, worker),
            ZmqScheme.Inproc => new InprocOutlet(endpoint, isBinding, pattern, options, worker),
            _ => new SharedOutlet(endpoint.Address, isBinding, options),
        };
}
