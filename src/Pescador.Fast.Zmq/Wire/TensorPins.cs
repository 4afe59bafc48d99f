using System.Buffers;

namespace Pescador.Fast;

/// <summary>The arrays of one sample that must not move while it is sent. Released when it is.</summary>
internal sealed class TensorPins
{
    private MemoryHandle[] _pins = [];
    private int _count;

    /// <summary>Where a tensor lies, and stays until <see cref="Release"/>, as long as the sample is not disposed.</summary>
    internal nint AddressOf(Sample sample, int tensor)
    {
        SampleCore core = sample.Core;
        TensorBlock block = core.Blocks[tensor];
        if (block.Array is null)
        {
            return block.Address + (core.Row * block.Stride); // native memory does not move
        }

        if (_count == _pins.Length)
        {
            Array.Resize(ref _pins, Math.Max(4, _count * 2));
        }

        MemoryHandle pin = sample[tensor].Pin();
        _pins[_count++] = pin;
        unsafe
        {
            return (nint)pin.Pointer; // Invariant: pinned until Release, and only read until then
        }
    }

    /// <summary>Lets go of all.</summary>
    internal void Release()
    {
        for (int i = 0; i < _count; i++)
        {
            _pins[i].Dispose();
            _pins[i] = default;
        }

        _count = 0;
    }
}
