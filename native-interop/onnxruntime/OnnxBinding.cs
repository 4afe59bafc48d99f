using System.Buffers;

namespace Pescador.Fast;

/// <summary>The values of one run: names and tensors, in two columns as ONNX Runtime wants them. Used by one run at a time, over and over.</summary>
internal sealed class OnnxBinding(OnnxLibrary library, int capacity)
{
    private readonly nint[] _names = new nint[capacity];
    private readonly nint[] _values = new nint[capacity];
    private readonly MemoryHandle[] _pins = new MemoryHandle[capacity];
    private readonly bool[] _isOwn = new bool[capacity];

    internal int Count { get; private set; }

    internal ReadOnlySpan<nint> Names => _names.AsSpan(0, Count);

    internal Span<nint> Values => _values.AsSpan(0, Count);

    /// <summary>Adds a tensor where it lies; held until <see cref="Clear"/>.</summary>
    /// <param name="info">Whose name it goes by.</param>
    /// <param name="tensor">Where it lies.</param>
    /// <param name="spec">Its element type, and a shape of as many elements.</param>
    internal unsafe void Add(OnnxTensorInfo info, TensorView tensor, TensorSpec spec)
    {
        MemoryHandle pin = tensor.Pin();
        try
        {
            // Invariant: the pin holds the memory where it is until Clear, which releases the value first.
            _values[Count] = library.CreateValue((nint)pin.Pointer, spec);
        }
        catch
        {
            pin.Dispose();
            throw;
        }

        (_names[Count], _pins[Count], _isOwn[Count]) = (info.NativeName, pin, true);
        Count++;
    }

    /// <summary>Adds a value that stays its owner's.</summary>
    internal void Add(OnnxTensorInfo info, nint value)
    {
        (_names[Count], _values[Count], _isOwn[Count]) = (info.NativeName, value, false);
        Count++;
    }

    /// <summary>Releases the values that were made here, and lets go of their tensors.</summary>
    internal void Clear()
    {
        while (Count > 0)
        {
            Count--;
            if (_isOwn[Count])
            {
                library.ReleaseValue(_values[Count]);
                _pins[Count].Dispose();
                _pins[Count] = default;
            }
        }
    }
}
