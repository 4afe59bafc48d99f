namespace Pescador.Fast.Zmq.Tests.Wire;

/// <summary>A pool to receive into, whose counters must balance at the end.</summary>
internal sealed class PooledMemory(int slabCount = 2, MemoryBudget? budget = null) : ISampleMemory, IDisposable
{
    internal ReceivePool Pool { get; } = new(slabCount, SlabAllocator.Native, budget, TimeSpan.FromSeconds(10));

    internal int Rented { get; private set; }

    public Sample Rent(SampleSpec spec)
    {
        Rented++;
        return Pool.Rent(spec, TestContext.Current.CancellationToken);
    }

    public void Dispose()
    {
        Pool.Dispose();
        Assert.Equal(0, Pool.Counters.Outstanding);
        Assert.Equal(0, Pool.Counters.Forgotten);
    }
}
