namespace Pescador.Fast;

/// <summary>How a session runs its graph.</summary>
public sealed record OnnxSessionOptions
{
    /// <summary>Threads within one operator, the caller's included; 0: as many as ONNX Runtime finds right (one per core).</summary>
    /// <exception cref="ArgumentOutOfRangeException">Below 0.</exception>
    public int Threads
    {
        get;
        init
        {
            ArgumentOutOfRangeException.ThrowIfNegative(value, nameof(Threads));
            field = value;
        }
    }

    /// <summary>How far the graph is rewritten.</summary>
    public OnnxOptimisation Optimisation { get; init; } = OnnxOptimisation.All;
}
