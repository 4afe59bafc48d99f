using Pescador.Fast.Cli.Streaming;

namespace Pescador.Fast.Cli.Serving;

/// <summary>What is to be served, and where.</summary>
/// <param name="Stream">The stream, and how long.</param>
/// <param name="Epochs">How often it is run.</param>
/// <param name="Batches">After how many it ends; no bound when null.</param>
/// <param name="Endpoint">As it was given.</param>
/// <param name="IsBinding">Whether consumers connect here.</param>
/// <param name="Pattern">Of the sockets.</param>
/// <param name="Options">Of the transport.</param>
/// <param name="HasChecksum">Whether one is computed.</param>
internal sealed record ServePlan(
    StreamPlan Stream, int Epochs, long? Batches, string Endpoint, bool IsBinding, ZmqPattern Pattern, ZmqOptions Options, bool HasChecksum);
