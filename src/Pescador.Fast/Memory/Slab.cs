using System.Runtime.InteropServices;

namespace Pescador.Fast;

/// <summary>
/// One contiguous block of memory with the tensors of one sample or batch in it, or one array per tensor. Owned by the pool that
/// allocated it, which disposes it; its memory is released exactly once, by a finalizer if the owner forgot.
/// </summary>
public sealed class Slab : IDisposable
{
    private readonly IDisposable? _memory;
    private readonly TensorBlock[] _blocks;
    private BudgetCharge? _charge;
    private int _isDisposed;
    private int _isTaken; // by a pool: an allocator that gave one slab twice would lay two batches over each other

    /// <summary>A slab over memory that <paramref name="memory"/> owns: native, pinned, or a trainer's own.</summary>
    /// <param name="layout">What it is to hold.</param>
    /// <param name="memory">Its handle is the address of at least <see cref="SlabLayout.LengthInBytes"/> bytes on a multiple of
    /// <see cref="SlabLayout.TensorAlignmentInBytes"/>; the slab disposes it, and nobody else may.</param>
    /// <exception cref="ArgumentException">The handle is invalid, closed or not aligned; it stays the caller's.</exception>
    public Slab(SlabLayout layout, SafeHandle memory)
    {
        ArgumentNullException.ThrowIfNull(layout);
        ArgumentNullException.ThrowIfNull(memory);
        if (memory.IsInvalid || memory.IsClosed)
        {
            throw new ArgumentException("The memory's handle is invalid or closed.", nameof(memory));
        }

        // The handle is kept in _memory as long as the slab lives, so its address stays valid.
        nint address = memory.DangerousGetHandle();
        if (address % (nint)SlabLayout.TensorAlignmentInBytes != 0)
        {
            throw new ArgumentException(
                $"The memory begins at 0x{address:x}, which is no multiple of {SlabLayout.TensorAlignmentInBytes} bytes.", nameof(memory));
        }

        Layout = layout;
        _memory = memory;
        _blocks = new TensorBlock[layout.Regions.Length];
        for (int i = 0; i < _blocks.Length; i++)
        {
            SlabRegion region = layout.Regions[i];
            _blocks[i] = new TensorBlock(null, address + (nint)region.OffsetInBytes, 0, null);
        }
    }

    /// <summary>A slab of one array per tensor, for trainers that take nothing else.</summary>
    /// <param name="layout">What it is to hold.</param>
    /// <param name="arrays">One per region, one-dimensional, of its element type and at least its length; best pinned.</param>
    /// <exception cref="ArgumentException">Their number, element types or lengths do not fit the layout.</exception>
    public Slab(SlabLayout layout, params Array[] arrays)
    {
        ArgumentNullException.ThrowIfNull(layout);
        ArgumentNullException.ThrowIfNull(arrays);
        if (arrays.Length != layout.Regions.Length)
        {
            throw new ArgumentException($"The layout has {layout.Regions.Length} tensors, but {arrays.Length} arrays were given.", nameof(arrays));
        }

        Layout = layout;
        _blocks = new TensorBlock[arrays.Length];
        for (int i = 0; i < arrays.Length; i++)
        {
            SlabRegion region = layout.Regions[i];
            Array array = arrays[i] ?? throw new ArgumentException($"Array {i} is null.", nameof(arrays));
            if (array.Rank != 1 || !ElementTypes.IsOf(array, region.ElementType)
                || array.LongLength * region.ElementType.SizeInBytes() < region.LengthInBytes)
            {
                throw new ArgumentException(
                    $"Tensor {i} needs an array of {region.ElementType.Name()} of {region.LengthInBytes} bytes; got {array.GetType().Name} "
                    + $"of {array.LongLength} elements.", nameof(arrays));
            }

            _blocks[i] = new TensorBlock(array, 0, 0, ElementTypes.MemoryOver(array));
        }
    }

    /// <summary>A slab over memory that lies elsewhere, as in mapped files: each region of the layout at an address of its own.</summary>
    /// <param name="layout">Types and lengths; its offsets mean nothing.</param>
    /// <param name="memory">Owns it; the slab disposes it.</param>
    /// <param name="addresses">Of each region.</param>
    internal Slab(SlabLayout layout, IDisposable memory, ReadOnlySpan<nint> addresses)
    {
        Layout = layout;
        _memory = memory;
        _blocks = new TensorBlock[addresses.Length];
        for (int i = 0; i < _blocks.Length; i++)
        {
            _blocks[i] = new TensorBlock(null, addresses[i], 0, null);
        }
    }

    /// <summary>What it holds and where.</summary>
    public SlabLayout Layout { get; }

    /// <summary>Size of its memory in bytes.</summary>
    public long LengthInBytes => Layout.LengthInBytes;

    /// <summary>Whether its memory has been given back to the system.</summary>
    public bool IsDisposed => Volatile.Read(ref _isDisposed) != 0;

    internal TensorBlock[] Blocks => _blocks;

    /// <summary>Gives its memory back; its owner, the pool, calls this once nobody uses the memory any more.</summary>
    public void Dispose()
    {
        if (Interlocked.Exchange(ref _isDisposed, 1) == 0)
        {
            try
            {
                _memory?.Dispose();
            }
            finally
            {
                _charge?.Dispose();
            }
        }
    }

    /// <summary>Allocates a slab whose bytes stand in a budget until it is disposed.</summary>
    internal static Slab Allocate(SlabLayout layout, SlabAllocator allocator, MemoryBudget? budget, string consumer)
    {
        BudgetCharge? charge = budget?.Charge(layout.LengthInBytes, consumer);
        try
        {
            Slab slab = allocator.Allocate(layout);
            if (slab is null || !ReferenceEquals(slab.Layout, layout) || slab.IsDisposed || Interlocked.Exchange(ref slab._isTaken, 1) != 0)
            {
                throw new InvalidOperationException($"{allocator.GetType().Name}.Allocate must return a new slab of the layout it is given.");
            }

            slab._charge = charge;
            return slab;
        }
        catch
        {
            charge?.Dispose();
            throw;
        }
    }
}
