using System.Diagnostics;
using System.Runtime.CompilerServices;

namespace Pescador.Fast;

/// <summary>How rows of a stored array, or the whole of it, become dense, row-major and native. Immutable; allocates nothing for a row.</summary>
/// <remarks>
/// Axes that lie dense in each other are one axis to it, so that most arrays are one run of bytes. What is left to be gathered is gathered
/// as it stands, and its bytes are swapped in place afterwards.
/// </remarks>
internal sealed class StoredRows
{
    private const int RowsAtOnce = 16; // of float32: a cache line

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
            StoredElements.Copy(_stored, _elementLength, ref source, SourceLength * count, ref destination);
            return;
        }

        // Rows whose elements are neighbours, as in Fortran's order, some at a time: each line of the file is then read once.
        nint first = 0;
        while (_shape.Length == 1 && Stride == _unitLength && count - first > 1 && IsPlain(_unitLength))
        {
            nint rows = nint.Min(count - first, RowsAtOnce);
            GatherRows(rows, ref Unsafe.AddByteOffset(ref source, first * Stride), ref Unsafe.AddByteOffset(ref destination, first * RowLengthInBytes));
            first += rows;
        }

        for (nint i = first; i < count; i++)
        {
            Copy(ref Unsafe.AddByteOffset(ref source, i * Stride), ref Unsafe.AddByteOffset(ref destination, i * RowLengthInBytes));
        }
    }

    /// <summary>Copies one row.</summary>
    internal void Copy(ref byte source, ref byte destination)
    {
        if (_shape.Length == 0)
        {
            StoredElements.Copy(_stored, _elementLength, ref source, SourceLength, ref destination);
            return;
        }

        Gather(0, ref source, ref destination);
        if (_stored == StoredElement.Swapped)
        {
            StoredElements.Copy(_stored, _elementLength, ref destination, RowLengthInBytes, ref destination);
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

    private static bool IsPlain(nint length) => length is 1 or 2 or 4 or 8 or 16;

    private void GatherRows(nint rows, ref byte source, ref byte destination)
    {
        switch (_unitLength)
        {
            case 1:
                GatherRows<byte>(rows, ref source, ref destination);
                break;
            case 2:
                GatherRows<ushort>(rows, ref source, ref destination);
                break;
            case 4:
                GatherRows<uint>(rows, ref source, ref destination);
                break;
            case 8:
                GatherRows<ulong>(rows, ref source, ref destination);
                break;
            default:
                GatherRows<UInt128>(rows, ref source, ref destination);
                break;
        }

        if (_stored == StoredElement.Swapped)
        {
            StoredElements.Copy(_stored, _elementLength, ref destination, RowLengthInBytes * rows, ref destination);
        }
    }

    private void GatherRows<T>(nint rows, ref byte source, ref byte destination) where T : unmanaged
    {
        nint length = _shape[0];
        nint stride = _strides[0];
        for (nint i = 0; i < length; i++)
        {
            for (nint row = 0; row < rows; row++)
            {
                T unit = Unsafe.ReadUnaligned<T>(ref Unsafe.AddByteOffset(ref source, row * Unsafe.SizeOf<T>()));
                Unsafe.WriteUnaligned(ref Unsafe.AddByteOffset(ref destination, row * RowLengthInBytes), unit);
            }

            source = ref Unsafe.AddByteOffset(ref source, stride);
            destination = ref Unsafe.AddByteOffset(ref destination, Unsafe.SizeOf<T>());
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
