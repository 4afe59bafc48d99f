namespace Pescador.Fast.Tests;

internal static class Allocations
{
    /// <summary>Runs <paramref name="action"/> until it is warm, then <paramref name="times"/> more, in which this thread may allocate
    /// nothing at all.</summary>
    /// <remarks>The least of ten measurements counts: where a collection that another test caused ends this thread's allocation buffer, the
    /// runtime books the rest of it, up to 8 KB, on a loop that allocates nothing (measured: in one of 50 loops of an array's increment).
    /// What an action allocates by itself is in each of the ten.</remarks>
    public static void AssertNone(int times, Action<int> action)
    {
        for (int i = 0; i < 1_000; i++) action(i);
        long least = long.MaxValue;
        for (int attempt = 0; attempt < 10 && least > 0; attempt++) least = Math.Min(least, Measure(times, action));
        Assert.Equal(0, least);
    }

    private static long Measure(int times, Action<int> action)
    {
        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < times; i++) action(i);
        return GC.GetAllocatedBytesForCurrentThread() - before;
    }
}
