namespace Pescador.Fast.Tests;

public class AllocationsTests
{
    [Fact] // twin of every allocation test
    public void AssertNone_OneObjectInAllCalls_Fails()
    {
        object? kept = null;
        Assert.ThrowsAny<Xunit.Sdk.XunitException>(() => Allocations.AssertNone(100_000, i =>
        {
            if (i == 99_999) kept = new object();
        }));
        Assert.NotNull(kept);
    }
}
