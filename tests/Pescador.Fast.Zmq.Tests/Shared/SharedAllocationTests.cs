namespace Pescador.Fast.Zmq.Tests.Shared;

[Collection(AloneTests.Name)] // files and mappings of the process are counted
public sealed class SharedAllocationTests
{
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task SteadyState_NeitherSideAllocates(bool inPlace)
    {
        using var pair = new SharedPair();
        using var pool = new SlabPool(
            new SampleSpec(TensorSpec.Of<float>("X", 64)), 7, inPlace ? pair.Outlet.Allocator : null, timeout: TimeSpan.FromSeconds(30));
        CancellationToken limit = SharedPair.Limit;
        const int Warm = 2000;
        const int Measured = 5000;
        Task<long> sending = Task.Run(() =>
        {
            long before = 0;
            for (int i = 0; i < Warm + Measured; i++)
            {
                before = i == Warm ? GC.GetAllocatedBytesForCurrentThread() : before;
                pair.Outlet.Send(pool.Rent(limit), null, null, limit);
            }

            return GC.GetAllocatedBytesForCurrentThread() - before;
        });
        long received = await Task.Run(() =>
        {
            long before = 0;
            for (int i = 0; i < Warm + Measured; i++)
            {
                before = i == Warm ? GC.GetAllocatedBytesForCurrentThread() : before;
                Arrival arrival;
                while (!pair.Inlet.TryTake(out arrival))
                {
                    pair.Doorbell.Wait();
                }

                arrival.Sample.Dispose();
            }

            return GC.GetAllocatedBytesForCurrentThread() - before;
        }).WaitAsync(TimeSpan.FromSeconds(30));
        Assert.InRange(received, 0, 1000); // tiering may add a few objects, once
        Assert.InRange(await sending.WaitAsync(TimeSpan.FromSeconds(30)), 0, 1000 + (Measured / 10)); // a wait for a slab registers its cancellation
    }
}
