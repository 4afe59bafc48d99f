namespace Pescador.Fast.Tests;

internal static class Allocations
{
    /// <summary>Runs <paramref name="action"/> until it is warm, then <paramref name="times"/> more, in which this thread may allocate nothing.</summary>
    public static void AssertNone(int times, Action<int> action)
    {
        for (int i = 0; i < 1_000; i++) action(i);
        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < times; i++) action(i);
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }
}
