using System.Text.Json.Serialization;

namespace Pescador.Fast;

/// <summary>What a worker process is told, as one line of JSON on its standard input, and the bytes of a state behind it. The end of that input
/// tells it to stop.</summary>
internal sealed record WorkerSetup
{
    /// <summary>The file of the assembly that has the method.</summary>
    public required string Assembly { get; init; }

    /// <summary>Which build of it: of another, the token would name another method.</summary>
    public required Guid Module { get; init; }

    /// <summary>The method's metadata token.</summary>
    public required int Method { get; init; }

    /// <summary>The first argument as JSON; null when there is none.</summary>
    public string? Arguments { get; init; }

    /// <summary>Whether the method's last argument is its shard.</summary>
    public bool IsSharded { get; init; }

    /// <summary>Which worker it is, from 0.</summary>
    public required int Number { get; init; }

    /// <summary>How many workers there are.</summary>
    public required int Workers { get; init; }

    /// <summary>Where it connects.</summary>
    public required string Endpoint { get; init; }

    /// <summary>Of its stream.</summary>
    public required ulong Seed { get; init; }

    /// <summary>How many bytes behind the line are the state that it goes on from; null when it begins anew. Not in the line: as text it would be
    /// longer, and JSON has a limit for it.</summary>
    public int? CheckpointBytes { get; init; }

    /// <summary>How many samples after that were delivered.</summary>
    public long CountAfter { get; init; }

    /// <summary>After how many samples each checkpoint is taken; as they cost when null.</summary>
    public int? CheckpointInterval { get; init; }

    /// <summary>Of its link.</summary>
    public required int Depth { get; init; }

    /// <summary>What the consumer takes.</summary>
    public required ZmqLimits Limits { get; init; }

    /// <summary>How long ending may take.</summary>
    public required TimeSpan Timeout { get; init; }

    /// <summary>How often the consumer is told that the worker lives.</summary>
    public required TimeSpan HeartbeatInterval { get; init; }

    /// <summary>After how long without a sign of life the consumer may give it up.</summary>
    public required TimeSpan HeartbeatTimeout { get; init; }
}

/// <summary>Reads and writes it without reflection.</summary>
[JsonSourceGenerationOptions(DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(WorkerSetup))]
internal sealed partial class WorkerSetupJson : JsonSerializerContext;
