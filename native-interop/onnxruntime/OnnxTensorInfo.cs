namespace Pescador.Fast;

/// <summary>What a graph takes or gives under a name. Immutable.</summary>
public sealed class OnnxTensorInfo
{
    /// <summary>Its name in the graph.</summary>
    public string Name => throw new NotImplementedException();

    /// <summary>Of its elements; null where they are of a type that samples cannot hold, or it is no tensor at all.</summary>
    public ElementType? ElementType => throw new NotImplementedException();

    /// <summary>Its axes; none for a scalar.</summary>
    public ReadOnlySpan<OnnxDimension> Dimensions => throw new NotImplementedException();

    /// <summary>As in <c>X float32[n,64]</c>.</summary>
    public override string ToString() => throw new NotImplementedException();
}
