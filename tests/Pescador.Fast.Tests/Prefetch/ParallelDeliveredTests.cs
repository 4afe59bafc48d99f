namespace Pescador.Fast.Tests.Prefetch;

/// <summary>The list of delivered items against a set.</summary>
public sealed class ParallelDeliveredTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    [InlineData(100)]
    [InlineData(1000)]
    public void Add_InAnyOrder_MovesOnAsASetWould(int spread)
    {
        var random = new StreamRandom(5);
        const int Count = 3000;
        int[] order = [.. Enumerable.Range(0, Count).OrderBy(number => number + (random.NextDouble() * spread))];
        var delivered = new ParallelDelivered();
        var set = new HashSet<int>();
        long first = 0;
        foreach (int number in order)
        {
            first += delivered.Add(number - first);
            set.Add(number);
            Assert.Equal(Enumerable.Range(0, Count + 1).First(each => !set.Contains(each)), first);
            ulong[] bits = delivered.ToArray();
            for (int i = number - 70; i < number + 70; i++)
            {
                Assert.Equal(i >= first && set.Contains(i), i >= first && ParallelDelivered.Contains(bits, i - first));
            }
        }

        Assert.Equal(Count, first);
        Assert.True(delivered.IsEmpty);
    }

    [Fact]
    public void Load_OfWhatWasSaved_IsTheSame()
    {
        var delivered = new ParallelDelivered();
        foreach (int number in (int[])[1, 63, 64, 65, 200, 700])
        {
            Assert.Equal(0, delivered.Add(number));
        }

        var writer = new StateWriter();
        delivered.Save(writer);
        var loaded = new ParallelDelivered();
        loaded.Add(5);
        loaded.Load(new StateReader(writer.WrittenMemory));
        Assert.Equal(delivered.ToArray(), loaded.ToArray());
        Assert.Equal(2, loaded.Add(0));
    }

    [Theory]
    [InlineData(1, 3ul)]
    [InlineData(1, 0ul)]
    [InlineData(5, 2ul)]
    [InlineData(-1, 2ul)]
    public void Load_OfDamagedWords_IsRefused(int count, ulong word)
    {
        var writer = new StateWriter();
        writer.Write(count);
        writer.Write(word);
        Assert.Throws<PescadorException>(() => new ParallelDelivered().Load(new StateReader(writer.WrittenMemory)));
    }

    [Fact]
    public void Load_OfGapsInAStreamInOrder_IsRefused()
    {
        var position = new ParallelPosition();
        position.Begin(1);
        position.Deliver(2, 0, 0);
        var writer = new StateWriter();
        position.Save(writer);
        new ParallelPosition().Load(new StateReader(writer.WrittenMemory), isInOrder: false);
        PescadorException error = Assert.Throws<PescadorException>(
            () => new ParallelPosition().Load(new StateReader(writer.WrittenMemory), isInOrder: true));
        Assert.Contains("out of order", error.Message, StringComparison.Ordinal);
    }
}
