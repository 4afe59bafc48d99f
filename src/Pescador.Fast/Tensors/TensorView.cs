using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using System.Numerics.Tensors;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using CommunityToolkit.HighPerformance;

namespace Pescador.Fast;

/// <summary>
/// One tensor of a sample, dense and row-major, where it lies: good until the sample is disposed. Copying this struct copies
/// nothing else.
/// </summary>
[SuppressMessage("Performance", "CA1815", Justification = "A view is used, not compared.")]
public readonly struct TensorView
{
    private readonly SampleCore? _core;
    private readonly long _generation;
    private readonly int _index;

    internal TensorView(SampleCore core, long generation, int index)
    {
        _core = core;
        _generation = generation;
        _index = index;
    }

    /// <summary>Name, element type and shape.</summary>
    public TensorSpec Spec => Core.Spec[_index];

    /// <summary>Its name in the sample.</summary>
    public string Name => Spec.Name;

    /// <summary>Of its elements.</summary>
    public ElementType ElementType => Spec.ElementType;

    /// <summary>Length of each axis; empty for a scalar.</summary>
    public ReadOnlySpan<nint> Shape => Spec.Shape;

    /// <summary>Number of elements; 1 for a scalar.</summary>
    public nint ElementCount => Spec.ElementCount;

    /// <summary>The elements of a float32 tensor.</summary>
    /// <inheritdoc cref="As{T}"/>
    public Memory<float> Memory => As<float>();

    /// <summary>The elements as Memory; over 2³¹ − 1 of them, see <see cref="Part{T}"/>.</summary>
    /// <typeparam name="T">The C# type of <see cref="ElementType"/>.</typeparam>
    /// <exception cref="InvalidOperationException">The tensor has other elements, or more than Memory can show.</exception>
    /// <exception cref="ObjectDisposedException">The sample is disposed.</exception>
    public Memory<T> As<T>() where T : unmanaged
    {
        SampleCore core = Check<T>(out TensorSpec spec);
        return core.MemoryOf<T>(_index, 0, LengthForSpan(spec));
    }

    /// <summary>Some of the elements as Memory, of a tensor of any size.</summary>
    /// <param name="start">First element, in row-major order.</param>
    /// <param name="length">How many elements.</param>
    /// <exception cref="ArgumentOutOfRangeException">Not all of them are the tensor's.</exception>
    /// <inheritdoc cref="As{T}"/>
    public Memory<T> Part<T>(nint start, int length) where T : unmanaged
    {
        SampleCore core = Check<T>(out TensorSpec spec);
        CheckPart(spec, start, length);
        return core.MemoryOf<T>(_index, start, length);
    }

    /// <summary>The elements as a span.</summary>
    /// <inheritdoc cref="As{T}"/>
    public Span<T> Span<T>() where T : unmanaged
    {
        SampleCore core = Check<T>(out TensorSpec spec);
        return MemoryMarshal.CreateSpan(ref Reference<T>(core), LengthForSpan(spec));
    }

    /// <summary>Some of the elements as a span, of a tensor of any size.</summary>
    /// <inheritdoc cref="Part{T}"/>
    public Span<T> SpanPart<T>(nint start, int length) where T : unmanaged
    {
        SampleCore core = Check<T>(out TensorSpec spec);
        CheckPart(spec, start, length);
        return MemoryMarshal.CreateSpan(ref Unsafe.Add(ref Reference<T>(core), start), length);
    }

    /// <summary>The tensor with its shape, for System.Numerics.Tensors; of any size. A scalar has the shape [1] there.</summary>
    /// <inheritdoc cref="As{T}"/>
    public TensorSpan<T> AsTensorSpan<T>() where T : unmanaged
    {
        SampleCore core = Check<T>(out TensorSpec spec);
        return TensorMarshal.CreateTensorSpan(
            ref Reference<T>(core), spec.ElementCount, spec.Shape.IsEmpty ? [1] : spec.Shape, strides: default, pinned: false);
    }

    /// <summary>The rows of a float32 batch: [first axis, product of the others].</summary>
    /// <inheritdoc cref="AsSpan2D{T}"/>
    public Span2D<float> Rows => AsSpan2D<float>();

    /// <summary>The rows of a batch: [first axis, product of the others].</summary>
    /// <exception cref="InvalidOperationException">A scalar, which has no rows; other elements; or an axis over 2³¹ − 1.</exception>
    /// <exception cref="ObjectDisposedException">The sample is disposed.</exception>
    public Span2D<T> AsSpan2D<T>() where T : unmanaged
    {
        SampleCore core = Check<T>(out TensorSpec spec);
        if (spec.Shape.IsEmpty)
        {
            throw new InvalidOperationException($"Tensor '{spec}' is a scalar and has no rows.");
        }

        nint rows = spec.Shape[0];
        nint width = rows == 0 ? 0 : spec.ElementCount / rows;
        if (rows > int.MaxValue || width > int.MaxValue)
        {
            throw new InvalidOperationException($"Tensor '{spec}' has an axis of more than {int.MaxValue}; take it in parts.");
        }

        return rows == 0 || width == 0 ? default : Span2D<T>.DangerousCreate(ref Reference<T>(core), (int)rows, (int)width, 0);
    }

    /// <summary>The only element of a tensor of one.</summary>
    /// <exception cref="InvalidOperationException">It has another number of elements, or elements of another type.</exception>
    public T Item<T>() where T : unmanaged
    {
        SampleCore core = Check<T>(out TensorSpec spec);
        return spec.ElementCount == 1
            ? Reference<T>(core)
            : throw new InvalidOperationException($"Tensor '{spec}' has {spec.ElementCount} elements, not one.");
    }

    /// <summary>
    /// Pins the tensor for native code and holds its memory until the handle is disposed, also past the sample's own Dispose: its slab
    /// is lent to nobody before. (<see cref="Memory{T}.Pin"/> does the same where the memory is native; over an array it only pins.)
    /// </summary>
    /// <returns>A handle with the address of the first element; to be disposed.</returns>
    /// <exception cref="ObjectDisposedException">The sample is disposed.</exception>
    public MemoryHandle Pin()
    {
        SampleCore core = Core;
        SampleCore owner = core.HoldOwner(_generation);
        try
        {
            return core.Blocks[_index].Pin(core.Row, owner);
        }
        catch
        {
            owner.Unpin();
            throw;
        }
    }

    /// <summary>Some of the elements' bytes.</summary>
    internal Span<byte> Bytes(nint start, int length) => MemoryMarshal.CreateSpan(ref Unsafe.AddByteOffset(ref FirstByte, start), length);

    internal ref byte BytesAt(nint offset) => ref Unsafe.AddByteOffset(ref FirstByte, offset);

    internal ref byte FirstByte
    {
        get
        {
            SampleCore core = Core;
            return ref core.Blocks[_index].Reference(core.Row);
        }
    }

    private SampleCore Core
    {
        get
        {
            if (_core is { } core && core.IsAlive(_generation))
            {
                return core;
            }

            if (_core is null)
            {
                throw new InvalidOperationException("default(TensorView) is no tensor.");
            }

            Sample.ThrowDisposed();
            return null;
        }
    }

    private ref T Reference<T>(SampleCore core) where T : unmanaged => ref Unsafe.As<byte, T>(ref core.Blocks[_index].Reference(core.Row));

    // Inlined by wish, as is LengthForSpan: 3 ns of the 15 that reading a sample takes (bench/RESULTS.md, "hot paths").
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private SampleCore Check<T>(out TensorSpec spec) where T : unmanaged
    {
        SampleCore core = Core;
        spec = core.Spec[_index];
        if (spec.ElementType != ElementTypes.Known<T>.Value)
        {
            ThrowOtherType<T>(spec);
        }

        return core;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static int LengthForSpan(TensorSpec spec) => spec.ElementCount <= int.MaxValue ? (int)spec.ElementCount : ThrowTooLong(spec);

    [DoesNotReturn]
    private static int ThrowTooLong(TensorSpec spec) => throw new InvalidOperationException(
        $"Tensor '{spec}' has more than {int.MaxValue} elements; take it in parts (Part, SpanPart).");

    private static void CheckPart(TensorSpec spec, nint start, int length)
    {
        if ((nuint)start > (nuint)spec.ElementCount || (nuint)length > (nuint)(spec.ElementCount - start))
        {
            throw new ArgumentOutOfRangeException(
                nameof(start), $"Elements {start} to {start + length} of tensor '{spec}', which has {spec.ElementCount}.");
        }
    }

    [DoesNotReturn]
    private static void ThrowOtherType<T>(TensorSpec spec) where T : unmanaged =>
        throw new InvalidOperationException($"Tensor '{spec}' was asked for as {ElementTypes.Of<T>().Name()}.");
}
