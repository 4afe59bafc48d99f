using System.Buffers;
using System.Runtime.CompilerServices;

namespace Pescador.Fast.Tests;

public sealed class SlabTests
{
    private static readonly SampleSpec Spec = new(TensorSpec.Of<byte>("a", 3), TensorSpec.Of<double>("b", 9), TensorSpec.Of<Half>("c"));

    private int _released;

    [Fact]
    public void Layout_ThreeTensors_StartsEachOn64()
    {
        Assert.Equal([0, 64, 192], Spec.Layout.Regions.ToArray().Select(region => region.OffsetInBytes));
        Assert.Equal([3, 72, 2], Spec.Layout.Regions.ToArray().Select(region => region.LengthInBytes));
        Assert.Equal(256, Spec.Layout.LengthInBytes);
    }

    [Fact]
    public void Layout_NoTensors_IsNotEmpty() => Assert.Equal(64, new SampleSpec().Layout.LengthInBytes);

    [Fact]
    public unsafe void Native_Small_BaseIsOn256AndTensorsOn64()
    {
        for (int i = 0; i < 20; i++)
        {
            using Slab slab = SlabAllocator.Native.Allocate(Spec.Layout);
            Assert.Equal(0, slab.Blocks[0].Address % SlabLayout.BaseAlignmentInBytes);
            Assert.All(slab.Blocks, block => Assert.Equal(0, block.Address % SlabLayout.TensorAlignmentInBytes));
        }
    }

    [Fact]
    public void Native_TwoMebibytes_BaseIsOnALargePage()
    {
        using Slab slab = SlabAllocator.Native.Allocate(new SampleSpec(TensorSpec.Of<byte>("X", (2 << 20) + 1)).Layout);

        Assert.Equal(0, slab.Blocks[0].Address % (2 << 20));
    }

    [Fact]
    public void Native_New_IsZero()
    {
        using var pool = new SlabPool(new SampleSpec(TensorSpec.Of<byte>("X", 3 << 20)), 1);
        Assert.True(pool.TryRent(out Sample sample));

        Assert.Equal(-1, sample["X"].Span<byte>().IndexOfAnyExcept((byte)0));
        sample.Dispose();
    }

    [Fact]
    public void View_NativeTensors_AreOn64()
    {
        using var pool = new SlabPool(Spec, 1);
        Assert.True(pool.TryRent(out Sample sample));
        for (int i = 0; i < sample.Count; i++)
        {
            using MemoryHandle handle = sample[i].Pin();
            Assert.Equal(0u, Address(handle) % 64);
        }

        sample.Dispose();
    }

    [Fact]
    public void Dispose_OfUsersMemory_ReleasesItOnce()
    {
        Slab slab = Allocate(Spec.Layout);
        Assert.False(slab.IsDisposed);
        slab.Dispose();
        slab.Dispose();
        Elsewhere.Run(slab.Dispose);

        Assert.Equal(1, _released);
        Assert.True(slab.IsDisposed);
    }

    [Fact]
    public void Dispose_ByTwoThreadsAtOnce_ReleasesItOnce()
    {
        for (int round = 1; round <= 200; round++)
        {
            Slab slab = Allocate(Spec.Layout);
            Elsewhere.AtOnce(slab.Dispose, slab.Dispose);
            Assert.Equal(round, _released);
        }
    }

    [Fact]
    public void Finalizer_OfForgottenSlab_ReleasesUsersMemoryOnce()
    {
        Forget();
        Elsewhere.Until(() =>
        {
            GC.Collect();
            GC.WaitForPendingFinalizers();
            return Volatile.Read(ref _released) == 1;
        });
        GC.Collect();
        GC.WaitForPendingFinalizers();

        Assert.Equal(1, _released);
    }

    [Fact]
    public void Pool_OfUsersMemory_ReleasesEachSlabOnce()
    {
        var pool = new SlabPool(Spec, 3, new TestAllocator(Allocate));
        Assert.True(pool.TryRent(out Sample sample));
        pool.Dispose();
        Assert.Equal(2, _released);
        sample.Dispose();
        pool.Dispose();

        Assert.Equal(3, _released);
    }

    [Fact]
    public void Pool_ThirdSlabFails_ReleasesTheTwoAndTheBudget()
    {
        var budget = new MemoryBudget(10_000);
        int count = 0;
        var allocator = new TestAllocator(layout => count++ < 2 ? Allocate(layout) : throw new OutOfMemoryException("no device memory"));

        Assert.Equal("no device memory", Assert.Throws<OutOfMemoryException>(() => new SlabPool(Spec, 4, allocator, budget)).Message);
        Assert.Equal(2, _released);
        Assert.Equal(0, budget.UsedInBytes);
        GC.Collect();
        GC.WaitForPendingFinalizers();
        Assert.Equal(2, _released);
        Assert.Equal(0, budget.UsedInBytes);
    }

    [Fact]
    public void LoosePool_AllocatorFails_LeavesBudgetAndCounters()
    {
        var budget = new MemoryBudget(10_000);
        var pool = new SamplePool(Spec, new TestAllocator(_ => throw new OutOfMemoryException()), budget);

        Assert.Throws<OutOfMemoryException>(() => pool.Rent());
        Assert.Equal(0, budget.UsedInBytes);
        Assert.Equal(default, pool.Counters);
    }

    [Fact]
    public void Release_ThatRentsFromAnotherThread_DoesNotDeadlock()
    {
        SlabPool? pool = null;
        pool = new SlabPool(Spec, 1, new TestAllocator(layout => new Slab(layout, new TestMemory(layout.LengthInBytes, () =>
            Elsewhere.Run(() => Assert.Equal(0, pool!.Counters.Created)))))); // non-null once released

        Elsewhere.Run(pool.Dispose);
    }

    [Fact]
    public void Constructor_InvalidHandle_IsRefused()
    {
        using var memory = new TestMemory(64, () => { });
        memory.SetHandleAsInvalid();

        Assert.Throws<ArgumentException>(() => new Slab(Spec.Layout, memory));
    }

    [Fact]
    public void Constructor_ClosedHandle_IsRefused()
    {
        var memory = new TestMemory(64, () => { });
        memory.Dispose();

        Assert.Contains("closed", Assert.Throws<ArgumentException>(() => new Slab(Spec.Layout, memory)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Constructor_Misaligned_SaysAddressAndLeavesTheHandle()
    {
        var memory = new TestMemory(256, () => _released++, offset: 8);

        ArgumentException error = Assert.Throws<ArgumentException>(() => new Slab(Spec.Layout, memory));

        Assert.Contains("08, which is no multiple of 64 bytes", error.Message, StringComparison.Ordinal);
        Assert.Equal(0, _released);
        memory.Dispose();
        Assert.Equal(1, _released);
    }

    [Fact]
    public void Constructor_ArraysDoNotFit_SaysWhichAndHow()
    {
        SlabLayout layout = new SampleSpec(TensorSpec.Of<float>("X", 4)).Layout;

        Assert.Contains("1 tensors, but 0 arrays", Refusal(() => new Slab(layout, Array.Empty<Array>())), StringComparison.Ordinal);
        Assert.Contains("float32 of 16 bytes; got Single[] of 3", Refusal(() => new Slab(layout, new float[3])), StringComparison.Ordinal);
        Assert.Contains("got Int32[]", Refusal(() => new Slab(layout, new int[4])), StringComparison.Ordinal);
        Assert.Contains("got String[]", Refusal(() => new Slab(layout, (Array)new string[4])), StringComparison.Ordinal);
        Assert.Contains("got Single[,]", Refusal(() => new Slab(layout, new float[2, 2])), StringComparison.Ordinal);
        Assert.Contains("Array 0 is null", Refusal(() => new Slab(layout, [null!])), StringComparison.Ordinal);
    }

    [Fact]
    public void Pool_OfUsersArrays_ShowsThem()
    {
        float[] array = [1, 2, 3, 4, 5];
        using var pool = new SlabPool(
            new SampleSpec(TensorSpec.Of<float>("X", 4)), 1, new TestAllocator(layout => new Slab(layout, array)));
        Assert.True(pool.TryRent(out Sample sample));

        Assert.Equal([1, 2, 3, 4], sample["X"].Memory.ToArray());
        sample.Dispose();
    }

    [Fact]
    public void Pool_AllocatorBreaksItsContract_SaysSo()
    {
        Slab other = Allocate(new SampleSpec().Layout);
        Slab twice = Allocate(Spec.Layout);
        Slab dead = Allocate(Spec.Layout);
        dead.Dispose();
        foreach (Slab? slab in (Slab?[])[null, other, twice, dead])
        {
            InvalidOperationException error = Assert.Throws<InvalidOperationException>(
                () => new SlabPool(Spec, 2, new TestAllocator(_ => slab!)));
            Assert.Contains("TestAllocator.Allocate must return a new slab", error.Message, StringComparison.Ordinal);
        }

        other.Dispose();
        Assert.Equal(3, _released);
    }

    [Fact]
    public void Managed_TooLongForAnArray_Overflows() =>
        Assert.Throws<OverflowException>(() => SlabAllocator.Managed.Allocate(new SampleSpec(TensorSpec.Of<byte>("X", (nint)1 << 31)).Layout));

    private static string Refusal(Action action) => Assert.ThrowsAny<ArgumentException>(action).Message;

    private static unsafe nuint Address(MemoryHandle handle) => (nuint)handle.Pointer;

    private Slab Allocate(SlabLayout layout) =>
        new(layout, new TestMemory(layout.LengthInBytes, () => Interlocked.Increment(ref _released)));

    [MethodImpl(MethodImplOptions.NoInlining)]
    private void Forget() => _ = Allocate(Spec.Layout).LengthInBytes;
}
