namespace Pescador.Fast.Zmq.Tests.Wire;

public sealed class ReceivePoolTests
{
    private static readonly SampleSpec Large = new(TensorSpec.Of<float>("X", 100), TensorSpec.Of<long>("Y", 2));
    private static readonly SampleSpec Short = new(TensorSpec.Of<float>("X", 50), TensorSpec.Of<long>("Y", 2));
    private static readonly SampleSpec Wide = new(TensorSpec.Of<float>("X", 50), TensorSpec.Of<long>("Y", 8));
    private static readonly SampleSpec Other = new(TensorSpec.Of<double>("X", 50));

    [Fact]
    public void Rent_ASmallerForm_SharesTheSlabsAndHasItsOwnSpec()
    {
        using var memory = new PooledMemory(slabCount: 1);
        nint address;
        using (Sample large = memory.Rent(Large))
        {
            address = large.Core.Blocks[0].Address;
        }

        using (Sample small = memory.Rent(Short))
        {
            Assert.Same(Short, small.Spec);
            Assert.Equal(50, small["X"].Memory.Length);
            Assert.Equal(address, small.Core.Blocks[0].Address);
        }

        using Sample again = memory.Rent(Large);
        Assert.Same(Large, again.Spec);
        Assert.Equal(1, memory.Pool.Counters.Created);
    }

    [Fact]
    public void Rent_ALargerForm_GetsSlabsForBothAndTheOldOnesComeHomeLater()
    {
        using var memory = new PooledMemory(slabCount: 2);
        Sample old = memory.Rent(Large);
        using (Sample wide = memory.Rent(Wide))
        {
            Assert.Equal(8, wide["Y"].ElementCount);
        }

        using (Sample large = memory.Rent(Large))
        {
            Assert.Equal(100, large["X"].Memory.Length);
        }

        Assert.Equal(3, memory.Pool.Counters.Created);
        old.Dispose();
        Assert.Equal(2, memory.Pool.Counters.Created);
        Assert.Equal(0, memory.Pool.Counters.Outstanding);
    }

    [Fact]
    public void Rent_FormsInTurn_KeepTheirPools()
    {
        using var memory = new PooledMemory(slabCount: 2);
        for (int i = 0; i < 10; i++)
        {
            memory.Rent(Large).Dispose();
            memory.Rent(Other).Dispose();
        }

        Assert.Equal(4, memory.Pool.Counters.Created);
        Assert.Equal(20, memory.Pool.Counters.Rented);
    }

    [Fact]
    public void Rent_BeyondTheBudget_NamesBothNumbers()
    {
        using var memory = new PooledMemory(slabCount: 2, new MemoryBudget(600));
        Assert.Throws<PescadorException>(() => memory.Rent(Large));
        Assert.Equal(0, memory.Pool.Counters.Outstanding);
    }
}
