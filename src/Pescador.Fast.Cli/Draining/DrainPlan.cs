namespace Pescador.Fast.Cli.Draining;

/// <summary>What is to be consumed, and from where.</summary>
/// <param name="Endpoint">As it was given.</param>
/// <param name="IsBinding">Whether producers connect here.</param>
/// <param name="Workers">How many producers there are.</param>
/// <param name="Pattern">Of the sockets.</param>
/// <param name="Options">Of the transport.</param>
/// <param name="Duration">After which it ends; when the stream does where null.</param>
/// <param name="HasChecksum">Whether one is computed.</param>
internal sealed record DrainPlan(
    string Endpoint, bool IsBinding, int Workers, ZmqPattern Pattern, ZmqOptions Options, TimeSpan? Duration, bool HasChecksum);
