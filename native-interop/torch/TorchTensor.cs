using System.Diagnostics.CodeAnalysis;
using System.Runtime.InteropServices;

namespace Pescador.Fast;

/// <summary>A tensor of libtorch over memory that is not libtorch's. The memory is lent to nobody else until this and every alias of it are disposed.</summary>
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
    public nint Address => throw new NativeLibraryException($"{TorchRuntime.Missing} {handle}");

    /// <summary>Length of each axis, as libtorch has them; empty for a scalar.</summary>
    /// <exception cref="ObjectDisposedException">The tensor is disposed.</exception>
    public long[] Shape => throw new NativeLibraryException($"{TorchRuntime.Missing} {handle}");

    /// <summary>A tensor over a batch's memory, where it lies: nothing is copied. The batch may be disposed before it.</summary>
    /// <param name="tensor">Float32, float64, float16, an integer of at most 64 bits (unsigned: of 8), or bool.</param>
    /// <returns>To be disposed.</returns>
    /// <exception cref="DataException">libtorch has no such element type.</exception>
    /// <exception cref="NativeLibraryException">libtorch is not available.</exception>
    public static TorchTensor Over(TensorView tensor)
    {
        tensor.Pin().Dispose();
        _ = new TorchTensor();
        throw new NativeLibraryException(TorchRuntime.Missing ?? "");
    }

    /// <summary>The same memory as [first axis, product of the others]: an alias, which keeps the memory lent as long as this does.</summary>
    /// <returns>To be disposed.</returns>
    /// <exception cref="ObjectDisposedException">The tensor is disposed.</exception>
    public TorchTensor Flatten() => throw new NativeLibraryException($"{TorchRuntime.Missing} {handle}");

    /// <inheritdoc/>
    protected override bool ReleaseHandle() => true;
}
