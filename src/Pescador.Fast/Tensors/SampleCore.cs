using System.Buffers;
using System.Diagnostics;
using System.Runtime.CompilerServices;

namespace Pescador.Fast;

/// <summary>
/// What a <see cref="Sample"/> handle points to: a pooled object that says where the tensors lie. A handle is good while its
/// generation is the core's; disposing raises the generation, so that every copy of the handle is stale at once.
/// </summary>
internal sealed class SampleCore : IPinnable
{
    // _ties: why a disposed core may not go home yet, and what it must let go of first. The low bits count holds (pins and leases).
    private const int DisposedBit = 1 << 30;
    private const int BorrowedBit = 1 << 29;

    internal long Generation = 1;
    internal SampleSpec Spec;
    internal TensorBlock[] Blocks;
    internal nint Row;

    private readonly ISlabHome? _home;
    private readonly SamplePool? _pool; // the home, where that is one with a fast path for its owner
#pragma warning disable IDE0052 // never read: it is there to become unreachable together with the core
    private readonly ForgottenSlab? _forgotten;
#pragma warning restore IDE0052
    private object?[]? _memories;
    private SampleCore? _memoryOwner;
    private SampleCore? _lender;
    private int _ties;

    /// <summary>A view that belongs to nobody: over a user's arrays, outside any stream.</summary>
    internal SampleCore(SampleSpec spec, TensorBlock[] blocks)
    {
        Spec = spec;
        Blocks = blocks;
    }

    /// <summary>A loose sample, a batch, or a view (no slab), that goes home when it is released.</summary>
    internal SampleCore(ISlabHome home, WeakReference<ISlabHome> weakHome, SampleSpec spec, Slab? slab)
    {
        _home = home;
        _pool = home as SamplePool;
        Spec = spec;
        Slab = slab;
        Blocks = slab?.Blocks ?? [];
        _forgotten = slab is null ? null : new ForgottenSlab(weakHome, slab);
    }

    internal Slab? Slab { get; }

    internal SampleCore? Next { get; set; }

    /// <summary>Ends the handle of that generation; the core goes home once nothing holds its memory. Later calls do nothing.</summary>
    internal void Release(long generation)
    {
        if (Generation != generation)
        {
            return;
        }

        SamplePool? pool = _pool;
        if (pool is not null && pool.IsOwnedByCurrentThread)
        {
            Generation = generation + 1;
            if (_ties == 0 || LoosenTies())
            {
                pool.ReturnByOwner(this);
            }
        }
        else if (Interlocked.CompareExchange(ref Generation, generation + 1, generation) == generation && (_ties == 0 || LoosenTies()))
        {
            ReturnByAnyThread();
        }
    }

    /// <summary>Keeps the memory from being lent anew until <see cref="Unpin"/>.</summary>
    /// <exception cref="ObjectDisposedException">The handle of that generation is disposed.</exception>
    internal void Hold(long generation)
    {
        Interlocked.Increment(ref _ties);
        if (Volatile.Read(ref Generation) != generation)
        {
            Unpin();
            Sample.ThrowDisposed();
        }
    }

    /// <summary>Lets a view stand for another core's tensors, which it holds until it is disposed.</summary>
    internal void Borrow(SampleCore lender, long generation)
    {
        Debug.Assert(Slab is null && (_ties & BorrowedBit) == 0, "only a view without a lender borrows");
        SampleCore owner = lender.Slab is null && lender._memoryOwner is { } far ? far : lender;
        lender.Hold(generation);
        View(lender.Spec, lender.Blocks, lender.Row);
        _memoryOwner = owner;
        _lender = lender;
        _ties = BorrowedBit;
    }

    /// <summary>Lets a view stand for one row of somebody's blocks.</summary>
    internal void View(SampleSpec spec, TensorBlock[] blocks, nint row)
    {
        Spec = spec;
        Blocks = blocks;
        Row = row;
    }

    /// <summary>The same for a row of a batch under construction, whose memory is <paramref name="batch"/>'s.</summary>
    internal void ViewRow(SampleSpec spec, TensorBlock[] blocks, nint row, SampleCore batch)
    {
        View(spec, blocks, row);
        _memoryOwner = batch;
        _ties = BorrowedBit;
    }

    /// <summary>Ends that: the view's tensors are now those of memory of its own, with the same content.</summary>
    internal void MoveFromRow(SampleCore own, long generation)
    {
        Debug.Assert(_ties == BorrowedBit || (_ties & ~BorrowedBit) > 0, "only a row moves");
        own.Hold(generation);
        Spec = own.Spec;
        Blocks = own.Blocks;
        Row = own.Row;
        _memoryOwner = own;
        _lender = own;
    }

    /// <summary>A view of elements of one tensor as Memory.</summary>
    /// <param name="index">Which tensor.</param>
    /// <param name="start">First element, counted from the sample's own first.</param>
    /// <param name="length">In elements.</param>
    internal Memory<T> MemoryOf<T>(int index, nint start, int length) where T : unmanaged
    {
        ref readonly TensorBlock block = ref Blocks[index];
        nint first = (Row * block.Stride / Unsafe.SizeOf<T>()) + start;
        if (block.Memory is StrongBox<Memory<T>> whole)
        {
            return whole.Value.Slice((int)(first + (block.Start / Unsafe.SizeOf<T>())), length);
        }

        SampleCore owner = _memoryOwner ?? this;
        return owner.NativeMemoryOf<T>(index, first, length);
    }

    // Windows of 2³⁰ elements' distance and up to 2³¹ − 1 elements' length: wherever a piece of up to 2³⁰ elements begins, one holds it whole.
    private const int WindowShift = 30;

    private Memory<T> NativeMemoryOf<T>(int index, nint start, int length) where T : unmanaged
    {
        int window = (int)(start >> WindowShift);
        int offset = (int)(start - ((nint)window << WindowShift));
        if (window != 0)
        {
            return CreateMemory<T>(index, window).Memory.Slice(offset, length);
        }

        _memories ??= new object?[Blocks.Length];
        if (_memories[index] is not TensorMemory<T> memory)
        {
            _memories[index] = memory = CreateMemory<T>(index, 0);
        }

        return memory.Memory.Slice(offset, length);
    }

    private TensorMemory<T> CreateMemory<T>(int index, int window) where T : unmanaged
    {
        Slab slab = Slab ?? throw new UnreachableException("native memory without a slab");
        nint start = (nint)window << WindowShift;
        nint elements = ((nint)slab.Layout.Regions[index].LengthInBytes / Unsafe.SizeOf<T>()) - start;
        return new TensorMemory<T>(slab.Blocks[index].Start + (start * Unsafe.SizeOf<T>()), (int)Math.Min(elements, int.MaxValue), slab, this);
    }

    /// <summary>Counts one more hold; the handle it should return is made by the caller, who knows the address.</summary>
    public MemoryHandle Pin(int elementIndex)
    {
        Interlocked.Increment(ref _ties);
        return default;
    }

    /// <summary>Ends one hold; the last one brings a disposed core home.</summary>
    public void Unpin()
    {
        if ((Interlocked.Decrement(ref _ties) & ~BorrowedBit) == DisposedBit)
        {
            Untie();
            ReturnByAnyThread();
        }
    }

    // Whether the core may go home now; a held one waits for its last Unpin.
    private bool LoosenTies()
    {
        if ((Interlocked.Or(ref _ties, DisposedBit) & ~BorrowedBit) != 0)
        {
            return false;
        }

        Untie();
        return true;
    }

    // A view lets go of its lender, but not before it goes home itself: who holds the view reads the lender's memory.
    private void Untie()
    {
        if ((_ties & BorrowedBit) != 0)
        {
            // What a view at home still pointed to could never be found forgotten.
            _memoryOwner = null;
            Blocks = [];
            SampleCore? lender = _lender;
            _lender = null;
            lender?.Unpin();
        }

        _ties = 0;
    }

    private void ReturnByAnyThread() => _home?.Return(this);

    /// <summary>Whether the handle of that generation is still good.</summary>
    internal bool IsAlive(long generation) => Generation == generation;

    /// <summary>
    /// Becomes unreachable together with the core that it belongs to, and then reports the slab that nobody gave back; unless
    /// the home is unreachable too (a short weak reference is empty by then), when there is nobody to report to.
    /// </summary>
    private sealed class ForgottenSlab(WeakReference<ISlabHome> home, Slab slab)
    {
        ~ForgottenSlab()
        {
            if (home.TryGetTarget(out ISlabHome? target))
            {
                target.Recover(slab);
            }
        }
    }
}
