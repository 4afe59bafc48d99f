using System.Buffers;
using System.Runtime.InteropServices;

namespace Pescador.Fast;

/// <summary>Owns a value of ONNX Runtime and the pin of the tensor that it is over.</summary>
internal sealed class OnnxValueHandle : SafeHandle
{
    private MemoryHandle _pin;
    private bool _isForgotten = true;

    internal unsafe OnnxValueHandle(OnnxLibrary library, TensorView tensor, TensorSpec spec)
        : base(0, ownsHandle: true)
    {
        Library = library;
        _pin = tensor.Pin();
        try
        {
            // Invariant: the pin holds the memory where it is until the value is released.
            SetHandle(library.CreateValue((nint)_pin.Pointer, spec));
        }
        catch
        {
            _pin.Dispose();
            throw;
        }
    }

    public override bool IsInvalid => handle == 0;

    internal OnnxLibrary Library { get; }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            _isForgotten = false;
        }

        base.Dispose(disposing);
    }

    protected override bool ReleaseHandle()
    {
        Library.ReleaseValue(handle);

        // A value that nobody disposed is finalized, in no order, with its batch, whose own finalizer brings the slab home: unpinned besides, it would
        // come home twice.
        if (!_isForgotten)
        {
            _pin.Dispose();
            _pin = default;
        }

        return true;
    }
}
