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
    // _holds: how many pins and leases keep the memory from being lent anew; and, while there are any, whether the core is disposed
    // and goes home with the last of them. It is only ever changed by whole atomic steps: a stale handle that is used while the core
    // is lent anew raises it and lowers it again at any moment.
    private const int DisposedBit = 1 << 30;

    internal long Generation = 1;
    internal SampleSpec Spec;
    internal TensorBlock[] Blocks;
    internal nint Row;

    private readonly ISlabHome? _home;
    private readonly SamplePool? _pool; // the home, where that is one with a fast path for its owner
    private readonly ForgottenSlab? _forgotten; // there to become unreachable together with the core
    private object?[]? _memories;
    private SampleCore? _memoryOwner; // of a lease, or of a row of a batch: whose slab the tensors lie in
    private bool _holdsOwner;
    private int _holds;

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

    /// <summary>How many lie on the list of returned cores from this one on.</summary>
    internal int ReturnedCount { get; set; }

    /// <summary>Ends the handle of that generation; the core goes home once nothing holds its memory. Later calls do nothing.</summary>
    /// <remarks>Later means ordered after: two threads that dispose one handle at the same moment, or one that pins what the other
    /// disposes, break the rule of one owner. With batches, and wherever the pool's owner thread is not one of the two, even that is safe.</remarks>
    internal void Release(long generation)
    {
        if (Generation != generation)
        {
            return;
        }

        SamplePool? pool = _pool;
        if (pool is not null && pool.IsOwnedByCurrentThread)
        {
            // Plain: an exchange here costs 3.5 ns, where a rent and a return together take 5.
            Generation = generation + 1;
            if ((_holds == 0 && _memoryOwner is null) || LetGo())
            {
                pool.ReturnByOwner(this);
            }
        }
        else if (Interlocked.CompareExchange(ref Generation, generation + 1, generation) == generation && LetGo())
        {
            _home?.Return(this);
        }
    }

    /// <summary>Keeps the memory from being lent anew until <see cref="Unpin"/>.</summary>
    /// <exception cref="ObjectDisposedException">The handle of that generation is disposed.</exception>
    internal void Hold(long generation)
    {
        Interlocked.Increment(ref _holds);
        if (Volatile.Read(ref Generation) != generation)
        {
            Unpin();
            Sample.ThrowDisposed();
        }
    }

    /// <summary>The same, of whatever core the memory belongs to: a lease or row may go home before its pins and leases end.</summary>
    /// <returns>That core, which must be unpinned.</returns>
    /// <exception cref="ObjectDisposedException">The handle of that generation is disposed.</exception>
    internal SampleCore HoldOwner(long generation)
    {
        Hold(generation);
        if (_memoryOwner is not { } owner)
        {
            return this;
        }

        owner.Pin(0);
        Unpin();
        return owner;
    }

    /// <summary>Lets a view stand for another core's tensors, whose memory it holds until it is disposed.</summary>
    internal void Borrow(SampleCore lender, long generation)
    {
        Debug.Assert(Slab is null && _memoryOwner is null, "only a view without a lender borrows");
        Debug.Assert(lender._memoryOwner is null || lender._holdsOwner, "a row's blocks change with every batch");
        SampleCore owner = lender.HoldOwner(generation);
        View(lender.Spec, lender.Blocks, lender.Row);
        _memoryOwner = owner;
        _holdsOwner = true;
    }

    /// <summary>Lets a view stand for one row of somebody's blocks.</summary>
    internal void View(SampleSpec spec, TensorBlock[] blocks, nint row)
    {
        // Comparing costs less than the write barrier of a store, and tables of one form share their spec (SampleSpec.Share).
        if (!ReferenceEquals(Spec, spec))
        {
            Spec = spec;
        }

        if (!ReferenceEquals(Blocks, blocks))
        {
            Blocks = blocks;
        }

        Row = row;
    }

    /// <summary>The same for rows of a table, whose memory the view holds until it is disposed.</summary>
    internal void HoldRows(SampleSpec spec, TensorBlock[] blocks, nint row, SampleCore table)
    {
        Debug.Assert(Slab is null && _memoryOwner is null, "only a view without a lender borrows");
        table.Pin(0);
        View(spec, blocks, row);
        _memoryOwner = table;
        _holdsOwner = true;
    }

    /// <summary>The same for a row of a batch under construction, whose memory is <paramref name="batch"/>'s.</summary>
    internal void ViewRow(SampleSpec spec, TensorBlock[] blocks, nint row, SampleCore batch)
    {
        View(spec, blocks, row);
        _memoryOwner = batch;
    }

    /// <summary>Ends that: the view's tensors are now those of memory of its own, with the same content.</summary>
    internal void MoveFromRow(SampleCore own, long generation)
    {
        Debug.Assert(_memoryOwner is not null && !_holdsOwner, "only a row moves");
        own.Hold(generation);
        View(own.Spec, own.Blocks, own.Row);
        _memoryOwner = own;
        _holdsOwner = true;
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
            return whole.Value.Slice((int)first, length);
        }

        return (_memoryOwner ?? this).NativeMemoryOf<T>(index, first, length);
    }

    // One object per tensor shows its first 2³¹ − 1 elements; what reaches beyond gets an object of its own.
    private Memory<T> NativeMemoryOf<T>(int index, nint start, int length) where T : unmanaged
    {
        if (start > int.MaxValue - length)
        {
            return CreateMemory<T>(index, start, length).Memory;
        }

        _memories ??= new object?[Blocks.Length];
        if (_memories[index] is not TensorMemory<T> memory)
        {
            _memories[index] = memory = CreateMemory<T>(index, 0, int.MaxValue);
        }

        return memory.Memory.Slice((int)start, length);
    }

    private TensorMemory<T> CreateMemory<T>(int index, nint start, int length) where T : unmanaged
    {
        Slab slab = Slab ?? throw new UnreachableException("native memory without a slab");
        nint elements = ((nint)slab.Layout.Regions[index].LengthInBytes / Unsafe.SizeOf<T>()) - start;
        return new TensorMemory<T>(slab.Blocks[index].Address + (start * Unsafe.SizeOf<T>()), (int)nint.Min(elements, length), slab, this);
    }

    /// <summary>Counts one more hold; the handle it should return is made by the caller, who knows the address.</summary>
    public MemoryHandle Pin(int elementIndex)
    {
        Interlocked.Increment(ref _holds);
        return default;
    }

    /// <summary>Ends one hold; the last one brings a disposed core home.</summary>
    /// <exception cref="InvalidOperationException">There is none: a copy of the handle was disposed, too.</exception>
    public void Unpin()
    {
        int holds = Volatile.Read(ref _holds);
        while (true)
        {
            if ((holds & ~DisposedBit) == 0)
            {
                throw new InvalidOperationException("The tensor was unpinned more often than it was pinned; dispose each MemoryHandle once.");
            }

            bool goesHome = holds - 1 == DisposedBit;
            int seen = Interlocked.CompareExchange(ref _holds, goesHome ? 0 : holds - 1, holds);
            if (seen != holds)
            {
                holds = seen;
                continue;
            }

            if (goesHome)
            {
                _home?.Return(this);
            }

            return;
        }
    }

    /// <summary>Releases the memory of a core that is at home for good.</summary>
    internal void Retire()
    {
        Slab?.Dispose();
        _forgotten?.Dispose();
    }

    // Whether the core, whose generation was raised, may go home now: nobody can hold it any more. A lease lets go of its lender's memory.
    private bool LetGo()
    {
        if (_memoryOwner is { } owner)
        {
            // What a view at home still pointed to could never be found forgotten.
            _memoryOwner = null;
            Blocks = [];
            if (_holdsOwner)
            {
                _holdsOwner = false;
                owner.Unpin();
            }
        }

        int holds = Volatile.Read(ref _holds);
        while (holds != 0)
        {
            int seen = Interlocked.CompareExchange(ref _holds, holds | DisposedBit, holds);
            if (seen == holds)
            {
                return false;
            }

            holds = seen;
        }

        return true;
    }

    /// <summary>Whether the handle of that generation is still good.</summary>
    internal bool IsAlive(long generation) => Generation == generation;

    /// <summary>
    /// Becomes unreachable together with the core that it belongs to, and then reports the slab that nobody gave back; unless
    /// the home is unreachable too (a short weak reference is empty by then), when there is nobody to report to.
    /// </summary>
    private sealed class ForgottenSlab(WeakReference<ISlabHome> home, Slab slab) : IDisposable
    {
        public void Dispose() => GC.SuppressFinalize(this);

        ~ForgottenSlab()
        {
            if (home.TryGetTarget(out ISlabHome? target))
            {
                target.Recover(slab);
            }
        }
    }
}
