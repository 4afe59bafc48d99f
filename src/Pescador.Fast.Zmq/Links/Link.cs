namespace Pescador.Fast;

/// <summary>Opens the ends of links, by the scheme of their endpoint.</summary>
internal static class Link
{
    /// <summary>Opens a consumer's end.</summary>
    internal static Inlet OpenInlet(ZmqEndpoint endpoint, bool isBinding, ZmqPattern pattern, ZmqOptions options, InletSetup setup) =>
        throw new NotImplementedException($"{endpoint} {isBinding} {pattern} {options} {setup}");

    /// <summary>Opens a producer's end.</summary>
    internal static Outlet OpenOutlet(ZmqEndpoint endpoint, bool isBinding, ZmqPattern pattern, ZmqOptions options, string worker) =>
        throw new NotImplementedException($"{endpoint} {isBinding} {pattern} {options} {worker}");
}
