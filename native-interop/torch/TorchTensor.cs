using System.Diagnostics.CodeAnalysis;
using System.Runtime.InteropServices;

namespace Pescador.Fast;

/// <summary>
/// A tensor of libtorch over memory that is not libtorch's. The memory is lent to nobody else until this and every alias of it are disposed, also when
/// the batch was disposed before. Whoever made it disposes it.
/// </summary>
[SuppressMessage("Interoperability", "CA1419", Justification = "Made by Over and Flatten alone, never by marshalling.")]
public sealed class TorchTensor : SafeHandle
{
    private TorchTensor()
        : base(0, ownsHandle: true)
    {
    }

    /// <inheritdoc/>
    public override bool IsInvalid => handle == 0;

    /// <summary>Of the first element, as libtorch has it.</summary>
    /// <exception cref="ObjectDisposedException">The tensor is disposed.</exception>
    public nint Address
    {
        get
        {
            TorchCalls.Check(TorchCalls.AddressOf(this, out nint address));
            return address;
        }
    }

    /// <summary>Of the elements, as libtorch has them.</summary>
    /// <exception cref="ObjectDisposedException">The tensor is disposed.</exception>
    public ElementType ElementType
    {
        get
        {
            TorchCalls.Check(TorchCalls.ElementTypeOf(this, out int elementType));
            return (ElementType)elementType;
        }
    }

    /// <summary>A tensor over a batch's memory, where it lies: nothing is copied.</summary>
    /// <param name="tensor">Float32, float64, float16, int8, int16, int32, int64, uint8 or bool.</param>
    /// <returns>To be disposed.</returns>
    /// <exception cref="DataException">Other elements, which libtorch does not have.</exception>
    /// <exception cref="NativeLibraryException">libtorch is not available.</exception>
    /// <exception cref="ObjectDisposedException">The batch is disposed.</exception>
    public static unsafe TorchTensor Over(TensorView tensor)
    {
        TorchLibrary.Require();
        TensorSpec spec = tensor.Spec;
        if (!TorchMemory.Supports(spec.ElementType))
        {
            throw new DataException($"Tensor '{spec.Name}': expected float, signed, uint8 or bool elements, which libtorch has, got {spec.Form}.");
        }

        var result = new TorchTensor();

        // Invariant: lengths are nint, which is long where libtorch is, and stay where they are until the call has read them.
        fixed (nint* shape = spec.Shape)
        {
            var memory = new TorchMemory(NativeLease.Take(tensor.Pin()), (long*)shape, spec.Shape.Length, spec.ElementType);
            TorchCalls.Check(TorchCalls.NewTensor(&memory, out nint made));
            result.SetHandle(made);
        }

        return result;
    }

    /// <summary>Length of each axis, as libtorch has them; empty for a scalar.</summary>
    /// <exception cref="ObjectDisposedException">The tensor is disposed.</exception>
    public unsafe long[] GetShape()
    {
        TorchCalls.Check(TorchCalls.ShapeOf(this, null, 0, out int rank));
        long[] shape = new long[rank];

        // Invariant: there is room for as many lengths as the call is told.
        fixed (long* lengths = shape)
        {
            TorchCalls.Check(TorchCalls.ShapeOf(this, lengths, rank, out _));
        }

        return shape;
    }

    /// <summary>The same memory as [first axis, product of the others]: an alias, which keeps it lent as long as this does.</summary>
    /// <returns>To be disposed.</returns>
    /// <exception cref="ObjectDisposedException">The tensor is disposed.</exception>
    public TorchTensor Flatten()
    {
        var result = new TorchTensor();
        TorchCalls.Check(TorchCalls.Flatten(this, out nint alias));
        result.SetHandle(alias);
        return result;
    }

    /// <inheritdoc/>
    protected override bool ReleaseHandle() => TorchCalls.FreeTensor(handle) == 0;
}
