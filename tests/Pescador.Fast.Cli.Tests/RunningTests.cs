using Pescador.Fast.Cli.Running;

namespace Pescador.Fast.Cli.Tests;

public sealed class RunningTests
{
    [Fact]
    public void Sum_OfAStatusFile_AddsAnonymousAndSharedPages()
    {
        Assert.Equal((100 + 7) << 10, ResidentMemory.Sum(["VmRSS:\t 5000 kB", "RssAnon:\t     100 kB", "RssFile:\t 4000 kB", "RssShmem:\t 7 kB"]));
        Assert.Null(ResidentMemory.Sum(["VmRSS:\t 5000 kB"]));
    }

    [Fact]
    public void Peak_AfterTakingMemory_IsNoLessThanItWas()
    {
        using var memory = new ResidentMemory();
        long peak = memory.Peak;
        Assert.True(peak >= memory.Start && memory.Start > 0);
        Assert.True(memory.Peak >= peak);
    }
}
