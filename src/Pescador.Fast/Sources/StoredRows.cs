using System.Buffers.Binary;
using System.Diagnostics;
using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Pescador.Fast;

/// <summary>How rows of a stored array, or the whole of it, become dense, row-major and native. Immutable; allocates nothing for a row.</summary>
/// <remarks>
/// Axes that lie dense in each other are one axis to it, so that most arrays are one run of bytes. What is left to be gathered is gathered
/// as it stands, and its bytes are swapped in place afterwards.
/// </remarks>
internal sealed class StoredRows
{
    private const int PartLength = 1 << 30;

    private readonly StoredElement _stored;
    private readonly int _elementLength;
    private readonly nint _unitLength; // bytes that lie together: a run of elements, or one
    private readonly nint[] _shape; // of what has to be gathered, in units; none where a row is one run
    private readonly nint[] _strides;

    /// <summary>Rows of an array; with <paramref name="firstAxis"/> 0 the whole of it.</summary>
    internal StoredRows(StoredArray array, int firstAxis = 1)
    {
        _stored = array.Stored;
        _elementLength = array.StoredElementLength;
        ReadOnlySpan<nint> shape = array.Shape.AsSpan(firstAxis);
        nint elements = 1;
        foreach (nint length in shape)
        {
            elements *= length;
        }

        SourceLength = elements * _elementLength;
        RowLengthInBytes = elements * array.ElementType.SizeInBytes();
        Stride = firstAxis == 0 ? 0 : array.Strides is null ? SourceLength : array.Strides[firstAxis - 1];
        (_shape, _strides) = array.Strides is null || elements == 0
            ? Merge([elements], [_elementLength], _elementLength)
            : Merge(shape, array.Strides.AsSpan(firstAxis), _elementLength);
        _unitLength = _elementLength;
        if (_shape.Length > 0 && _strides[^1] == _elementLength)
        {
            _unitLength = _shape[^1] * _elementLength;
            _shape = _shape[..^1];
            _strides = _strides[..^1];
        }

        Debug.Assert(_shape.Length == 0 || _stored != StoredElement.BFloat16, "no format has strided bfloat16");
    }

    /// <summary>From one row to the next in the file, in bytes.</summary>
    internal nint Stride { get; }

    /// <summary>Of a row as it is given: dense, row-major, native; in bytes.</summary>
    internal nint RowLengthInBytes { get; }

    /// <summary>Of a row's stored elements, in bytes.</summary>
    internal nint SourceLength { get; }

    /// <summary>Whether a row's bytes lie in the file as they are given.</summary>
    internal bool IsAsGiven => _shape.Length == 0 && _stored == StoredElement.Native;

    /// <summary>Copies rows.</summary>
    /// <param name="source">The first one's first element; all of them lie in the memory it is part of.</param>
    /// <param name="count">How many.</param>
    /// <param name="destination">Room for as many rows of <see cref="RowLengthInBytes"/>.</param>
    internal void Copy(ref byte source, nint count, ref byte destination)
    {
        if (_shape.Length == 0 && Stride == SourceLength)
        {
            CopyRun(ref source, SourceLength * count, ref destination);
            return;
        }

        for (nint i = 0; i < count; i++)
        {
            Copy(ref Unsafe.AddByteOffset(ref source, i * Stride), ref Unsafe.AddByteOffset(ref destination, i * RowLengthInBytes));
        }
    }

    /// <summary>Copies one row.</summary>
    internal void Copy(ref byte source, ref byte destination)
    {
        if (_shape.Length == 0)
        {
            CopyRun(ref source, SourceLength, ref destination);
            return;
        }

        Gather(0, ref source, ref destination);
        if (_stored == StoredElement.Swapped)
        {
            CopyRun(ref destination, RowLengthInBytes, ref destination);
        }
    }

    private ref byte Gather(int axis, ref byte source, ref byte destination)
    {
        nint length = _shape[axis];
        nint stride = _strides[axis];
        if (axis == _shape.Length - 1)
        {
            return ref GatherUnits(length, stride, ref source, ref destination);
        }

        for (nint i = 0; i < length; i++)
        {
            destination = ref Gather(axis + 1, ref Unsafe.AddByteOffset(ref source, i * stride), ref destination);
        }

        return ref destination;
    }

    private ref byte GatherUnits(nint length, nint stride, ref byte source, ref byte destination)
    {
        switch (_unitLength)
        {
            case 1:
                return ref GatherUnits<byte>(length, stride, ref source, ref destination);
            case 2:
                return ref GatherUnits<ushort>(length, stride, ref source, ref destination);
            case 4:
                return ref GatherUnits<uint>(length, stride, ref source, ref destination);
            case 8:
                return ref GatherUnits<ulong>(length, stride, ref source, ref destination);
            case 16:
                return ref GatherUnits<UInt128>(length, stride, ref source, ref destination);
            default:
                for (nint i = 0; i < length; i++)
                {
                    TensorBlock.Copy(ref Unsafe.AddByteOffset(ref source, i * stride), ref destination, _unitLength);
                    destination = ref Unsafe.AddByteOffset(ref destination, _unitLength);
                }

                return ref destination;
        }
    }

    private static ref byte GatherUnits<T>(nint length, nint stride, ref byte source, ref byte destination) where T : unmanaged
    {
        for (nint i = 0; i < length; i++)
        {
            Unsafe.WriteUnaligned(ref destination, Unsafe.ReadUnaligned<T>(ref source));
            source = ref Unsafe.AddByteOffset(ref source, stride);
            destination = ref Unsafe.AddByteOffset(ref destination, Unsafe.SizeOf<T>());
        }

        return ref destination;
    }

    // Source and destination are the same where gathered bytes are swapped.
    private void CopyRun(ref byte source, nint lengthInBytes, ref byte destination)
    {
        if (_stored == StoredElement.Native)
        {
            TensorBlock.Copy(ref source, ref destination, lengthInBytes);
            return;
        }

        int widening = _stored == StoredElement.BFloat16 ? 2 : 1;
        while (lengthInBytes > 0)
        {
            int part = (int)nint.Min(lengthInBytes, PartLength / widening);
            Convert(
                MemoryMarshal.CreateReadOnlySpan(ref source, part), MemoryMarshal.CreateSpan(ref destination, part * widening));
            source = ref Unsafe.AddByteOffset(ref source, part);
            destination = ref Unsafe.AddByteOffset(ref destination, part * widening);
            lengthInBytes -= part;
        }
    }

    private void Convert(ReadOnlySpan<byte> source, Span<byte> destination)
    {
        if (_stored == StoredElement.BFloat16)
        {
            Widen(MemoryMarshal.Cast<byte, ushort>(source), MemoryMarshal.Cast<byte, uint>(destination));
            return;
        }

        switch (_elementLength)
        {
            case 2:
                BinaryPrimitives.ReverseEndianness(MemoryMarshal.Cast<byte, ushort>(source), MemoryMarshal.Cast<byte, ushort>(destination));
                break;
            case 4:
                BinaryPrimitives.ReverseEndianness(MemoryMarshal.Cast<byte, uint>(source), MemoryMarshal.Cast<byte, uint>(destination));
                break;
            case 8:
                BinaryPrimitives.ReverseEndianness(MemoryMarshal.Cast<byte, ulong>(source), MemoryMarshal.Cast<byte, ulong>(destination));
                break;
            default:
                throw new UnreachableException($"elements of {_elementLength} bytes are not swapped");
        }
    }

    private static void Widen(ReadOnlySpan<ushort> source, Span<uint> destination)
    {
        int i = 0;
        for (; i <= source.Length - Vector<ushort>.Count; i += Vector<ushort>.Count)
        {
            Vector.Widen(new Vector<ushort>(source[i..]), out Vector<uint> low, out Vector<uint> high);
            (low << 16).CopyTo(destination[i..]);
            (high << 16).CopyTo(destination[(i + Vector<uint>.Count)..]);
        }

        for (; i < source.Length; i++)
        {
            destination[i] = (uint)source[i] << 16;
        }
    }

    // Without axes of length 1, and with those that lie dense in each other as one.
    private static (nint[] Shape, nint[] Strides) Merge(ReadOnlySpan<nint> shape, ReadOnlySpan<nint> strides, int elementLength)
    {
        List<nint> lengths = [];
        List<nint> steps = [];
        for (int axis = 0; axis < shape.Length; axis++)
        {
            if (shape[axis] == 1)
            {
                continue;
            }

            if (lengths.Count > 0 && steps[^1] == shape[axis] * strides[axis])
            {
                lengths[^1] *= shape[axis];
                steps[^1] = strides[axis];
            }
            else
            {
                lengths.Add(shape[axis]);
                steps.Add(strides[axis]);
            }
        }

        return lengths.Count == 0 ? ([1], [elementLength]) : ([.. lengths], [.. steps]);
    }
}
