namespace Pescador.Fast;

/// <summary>A tensor as ONNX Runtime sees it, over the memory where it lies: nothing is copied in either direction. Holds that memory until it is disposed,
/// also past its sample's own Dispose. Whoever made it disposes it; while a run uses it, that is put off until the run has ended.</summary>
public sealed class OnnxValue : IDisposable
{
    private readonly OnnxValueHandle _handle;

    private OnnxValue(OnnxValueHandle handle, TensorSpec spec) => (_handle, Spec) = (handle, spec);

    /// <summary>Name, element type and shape.</summary>
    public TensorSpec Spec { get; }

    /// <summary>The value, for whoever owns this object and knows that it is not disposed.</summary>
    internal nint Handle => _handle.DangerousGetHandle();

    /// <summary>Where ONNX Runtime has the first element: where the tensor has it.</summary>
    /// <exception cref="ObjectDisposedException">It is disposed.</exception>
    internal nint Address
    {
        get
        {
            nint value = Hold();
            try
            {
                return _handle.Library.AddressOf(value);
            }
            finally
            {
                Drop();
            }
        }
    }

    /// <summary>A value over a tensor.</summary>
    /// <exception cref="ObjectDisposedException">The sample is disposed.</exception>
    /// <exception cref="NativeLibraryException">ONNX Runtime is not available.</exception>
    public static OnnxValue Over(TensorView tensor)
    {
        TensorSpec spec = tensor.Spec;
        return new OnnxValue(new OnnxValueHandle(OnnxRuntime.Library, tensor, spec), spec);
    }

    /// <summary>Lets go of the tensor. Again: does nothing.</summary>
    public void Dispose() => _handle.Dispose();

    /// <summary>Holds it for a run, until <see cref="Drop"/> is called.</summary>
    /// <exception cref="ObjectDisposedException">It is disposed, and not held.</exception>
    internal nint Hold()
    {
        ObjectDisposedException.ThrowIf(_handle.IsClosed, this);
        bool isHeld = false;
        _handle.DangerousAddRef(ref isHeld); // holds, or throws
        return _handle.DangerousGetHandle();
    }

    internal void Drop() => _handle.DangerousRelease();
}
