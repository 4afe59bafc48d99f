namespace Pescador.Fast.Tests.Contract;

/// <summary>A generator that throws: the consumer sees that very exception, and nothing stays active or rented.</summary>
public sealed class ExceptionContractTests
{
    public static TheoryData<Wrapper> EveryWrapper => [.. Wrapper.All];

    [Theory]
    [MemberData(nameof(EveryWrapper))]
    public void MoveNext_WhenAGeneratorThrows_PassesItOnAndLeavesNothing(Wrapper wrapper)
    {
        for (int good = 0; good < 9; good++)
        {
            foreach (bool rentsFirst in (bool[])[false, true])
            {
                var error = new InvalidTimeZoneException("the generator's own");
                int finallyRuns = 0;
                var budget = new MemoryBudget(1 << 30);
                Streamer<Sample> streamer = wrapper.Around(Streamer.Create(Throwing, good, rentsFirst, (Exception)error, (Action)(() => finallyRuns++))).With(budget: budget).WithSeed(3);
                ActiveStream<Sample> stream = streamer.Open();
                StreamScope scope = stream.Scope;
                Exception thrown = Assert.Throws<InvalidTimeZoneException>(() =>
                {
                    for (int i = 0; i < 10_000 && stream.MoveNext(); i++)
                    {
                        stream.Current.Dispose();
                    }
                });
                Assert.Same(error, thrown);
                Assert.Equal(0, StreamerContractTests.TotalActive(streamer));
                StreamerContractTests.AssertNothingRented(scope);
                Assert.True(finallyRuns > 0);
                Assert.False(stream.MoveNext());
                stream.Dispose();

                // The streamer is as good as new.
                using ActiveStream<Sample> again = streamer.Open();
                Assert.Throws<InvalidTimeZoneException>(() =>
                {
                    while (again.MoveNext())
                    {
                        again.Current.Dispose();
                    }
                });

                // A slab that is out would stay in the budget.
                streamer.Trim();
                Assert.Equal(0, budget.UsedInBytes);
            }
        }
    }

    [Theory]
    [MemberData(nameof(EveryWrapper))]
    public void Dispose_WhenAFinallyBlockThrows_StillClosesTheRest(Wrapper wrapper)
    {
        var error = new InvalidTimeZoneException("the finally block's own");
        var budget = new MemoryBudget(1 << 30);
        Streamer<Sample> streamer = wrapper.Around(Streamer.Create(ThrowingAtTheEnd, (Exception)error)).With(budget: budget).WithSeed(3);
        ActiveStream<Sample> stream = streamer.Open();
        StreamScope scope = stream.Scope;
        StateContractTests.Skip(stream, 8);
        Assert.Same(error, Assert.Throws<InvalidTimeZoneException>(stream.Dispose));
        stream.Dispose();
        Assert.Equal(0, StreamerContractTests.TotalActive(streamer));
        StreamerContractTests.AssertNothingRented(scope);
        streamer.Trim();
        Assert.Equal(0, budget.UsedInBytes);
    }

    private static IEnumerable<Sample> Throwing(StreamContext context, int good, bool rentsFirst, Exception error, Action onFinally)
    {
        try
        {
            for (int i = 0; i < good; i++)
            {
                Sample sample = context.Rent(Trees.RowSpec);
                sample["id"].Span<int>()[0] = i;
                yield return sample;
            }

            if (rentsFirst)
            {
                context.Rent(Trees.RowSpec)["id"].Span<int>()[0] = -1;
                context.Rent(Trees.RowSpec)["id"].Span<int>()[0] = -2;
            }

            throw error;
        }
        finally
        {
            onFinally();
        }
    }

    private static IEnumerable<Sample> ThrowingAtTheEnd(StreamContext context, Exception error)
    {
        try
        {
            for (int i = 0; ; i++)
            {
                Sample sample = context.Rent(Trees.RowSpec);
                sample["id"].Span<int>()[0] = i;
                yield return sample;
            }
        }
        finally
        {
            throw error;
        }
    }
}
