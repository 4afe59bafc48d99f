namespace Pescador.Fast;

/// <summary>A tensor as ONNX Runtime sees it, over the memory where it lies: nothing is copied in either direction. Holds that memory until it is disposed,
/// also past its sample's own Dispose. Whoever made it disposes it.</summary>
public sealed class OnnxValue : IDisposable
{
    /// <summary>Name, element type and shape.</summary>
    public TensorSpec Spec => throw new NotImplementedException();

    /// <summary>A value over a tensor.</summary>
    /// <exception cref="ObjectDisposedException">The sample is disposed.</exception>
    /// <exception cref="NativeLibraryException">ONNX Runtime is not available.</exception>
    public static OnnxValue Over(TensorView tensor) => throw new NotImplementedException();

    /// <inheritdoc/>
    public void Dispose() => throw new NotImplementedException();
}
