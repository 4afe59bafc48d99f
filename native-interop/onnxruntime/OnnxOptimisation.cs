namespace Pescador.Fast;

/// <summary>How far ONNX Runtime rewrites a graph before it runs it.</summary>
public enum OnnxOptimisation
{
    /// <summary>Not at all.</summary>
    None = 0,

    /// <summary>Constants folded, what has no effect removed.</summary>
    Basic = 1,

    /// <summary>Also operators fused.</summary>
    Extended = 2,

    /// <summary>Also layouts changed; ONNX Runtime's own default.</summary>
    All = 99,
}
