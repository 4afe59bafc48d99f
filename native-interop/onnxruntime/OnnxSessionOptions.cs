namespace Pescador.Fast;

/// <summary>How a session runs its graph.</summary>
public sealed record OnnxSessionOptions
{
    /// <summary>Threads within one operator, the caller's included; 0: as many as ONNX Runtime finds right (one per core).</summary>
    public int Threads { get; init; }

    /// <summary>How far the graph is rewritten.</summary>
    public OnnxOptimisation Optimisation { get; init; } = OnnxOptimisation.All;
}
