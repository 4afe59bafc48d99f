namespace Pescador.Fast.Tests;

public sealed class ClassCounterTests
{
    [Fact]
    public void PartialFit_OfLabels_CountsEachClass()
    {
        var counter = new ClassCounter();
        Feed(counter, new byte[] { 0, 3, 3 });
        Feed(counter, new float[] { 1, 3 });
        Assert.Equal(4, counter.Classes);
        Assert.Equal(5, counter.Rows);
        Assert.Equal([1, 1, 0, 3], counter.Counts);
    }

    [Theory]
    [InlineData(-1L, "from 0 to 99, got -1")]
    [InlineData(100L, "from 0 to 99, got 100")]
    [InlineData(long.MaxValue, "got 2147483647 or more")]
    public void PartialFit_OfALabelOutOfRange_SaysWhichThereMayBe(long label, string message)
    {
        var counter = new ClassCounter(mostClasses: 100);
        DataException error = Assert.Throws<DataException>(() => Feed(counter, new[] { label }));
        Assert.Contains(message, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void PartialFit_OfAFraction_NamesTheRow()
    {
        DataException error = Assert.Throws<DataException>(() => Feed(new ClassCounter(), new[] { 1, 1.5 }));
        Assert.Contains("row 1: expected a class, got 1.5", error.Message, StringComparison.Ordinal);
    }

    private static void Feed(ClassCounter counter, TensorData labels)
    {
        using Sample batch = Sample.Of(("Y", labels));
        counter.PartialFit(batch);
    }
}
