using System.Runtime.CompilerServices;

namespace Pescador.Fast.Tests.Contract;

/// <summary>Generators that misuse, or use in every odd way, the row that Rent gives them.</summary>
public sealed class InPlaceTests
{
    private static readonly SampleSpec Spec = OddGenerators.Spec;

    public static TheoryData<string> EveryGenerator => [.. OddGenerators.All.Keys];

    private static Dictionary<string, Func<Streamer<Sample>, Streamer<Sample>>> Between => new()
    {
        ["nothing"] = static streamer => streamer,
        ["Where"] = static streamer => streamer.Where(static _ => true),
        ["Select"] = static streamer => streamer.Select(static sample => sample),
        ["Tap"] = static streamer => streamer.Tap(static _ => { }),
        ["Take"] = static streamer => streamer.Take(1000),
        ["Shuffle of one"] = static streamer => streamer.Shuffle(1),
        ["Cache that only adds"] = static streamer => streamer.Cache(1, probability: 1),
        ["ChainMux"] = static streamer => new ChainMux<Sample>([streamer]),
        ["StochasticMux"] = static streamer => new StochasticMux<Sample>([streamer], 1, null, mode: StochasticMode.Exhaustive),
    };

    public static TheoryData<string, string> EveryPair =>
        [.. OddGenerators.All.Keys.SelectMany(generator => Between.Keys.Select(between => new TheoryDataRow<string, string>(generator, between)))];

    [Theory]
    [MemberData(nameof(EveryPair))]
    public void Buffer_OverOddGenerators_StacksWhatWasYielded(string generator, string between)
    {
        const int Count = 60;
        Streamer<Sample> streamer = Between[between](Streamer.Create(OddGenerators.All[generator], Count)).Buffer(7, partial: true);
        using ActiveStream<Sample> stream = streamer.Open();
        StreamScope scope = stream.Scope;
        var kept = new List<Sample>();
        int next = 0;
        while (stream.MoveNext())
        {
            // Three batches are kept, so that the next row is often in a slab that was used before.
            kept.Add(stream.Current);
            foreach (float value in stream.Current["X"].Span<float>().ToArray().Chunk(3).Select(row => Assert.Single(row.Distinct())))
            {
                Assert.Equal(next++, value);
            }

            if (kept.Count == 3)
            {
                kept[0].Dispose();
                kept.RemoveAt(0);
            }
        }

        kept.ForEach(static batch => batch.Dispose());
        Assert.Equal(Count, next);
        Assert.Equal(0, stream.Batches.Outstanding);
        StreamerContractTests.AssertNothingRented(scope);
    }

    [Fact]
    public void Rent_WhileABatchIsBuilt_IsTheRowItself()
    {
        var addresses = new List<nint>();
        Streamer<Sample> streamer = Streamer.Create(Noting, addresses).Buffer(5);
        using ActiveStream<Sample> stream = streamer.Open();
        Assert.True(stream.MoveNext());
        using Sample first = stream.Current;
        Assert.True(stream.MoveNext());
        using Sample second = stream.Current;
        nint start = AddressOf(second["X"]);
        Assert.Equal(Enumerable.Range(0, 5).Select(row => start + (row * 3 * sizeof(float))), addresses.Skip(5));
    }

    [Theory]
    [MemberData(nameof(EveryGenerator))]
    public void Dispose_RightAfterAGeneratorRented_ReturnsEverything(string generator)
    {
        for (int taken = 0; taken < 9; taken++)
        {
            using ActiveStream<Sample> stream = Streamer.Create(OddGenerators.All[generator], 60).Buffer(2).Open();
            StreamScope scope = stream.Scope;
            StateContractTests.Skip(stream, taken);
            PoolCounters batches = stream.Batches;
            stream.Dispose();
            Assert.Equal(0, batches.Outstanding);
            StreamerContractTests.AssertNothingRented(scope);
        }
    }

    [Fact]
    public void StochasticMux_ThatClosesGeneratorsRightAfterTheyRented_ReturnsEverything()
    {
        using var pool = new SlabPool(Spec.Stack(8), slabCount: 2);
        IEnumerable<Streamer<Sample>> streamers = OddGenerators.All.Values.Select(generator => Streamer.Create(generator, 60));
        Streamer<Sample> streamer = new StochasticMux<Sample>(streamers, 4, 2.5, seed: 6).Buffer(8, pool: pool);
        using ActiveStream<Sample> stream = streamer.Open();
        StreamScope scope = stream.Scope;
        StateContractTests.Skip(stream, 2000);
        stream.Dispose();
        Assert.Equal(0, pool.Counters.Outstanding);
        Assert.Equal(2000, pool.Counters.Returned);
        StreamerContractTests.AssertNothingRented(scope);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(3)]
    [InlineData(8)]
    public void Buffer_WhenTheGeneratorThrowsHalfWayThroughARow_GivesTheSlabBack(int good)
    {
        using var pool = new SlabPool(Spec.Stack(5), slabCount: 1);
        using ActiveStream<Sample> stream = Streamer.Create(ThrowsHalfWay, good).Buffer(5, pool: pool).Open();
        StreamScope scope = stream.Scope;
        Assert.Throws<InvalidTimeZoneException>(() => StateContractTests.Skip(stream, 100));
        Assert.Equal(0, pool.Counters.Outstanding);
        StreamerContractTests.AssertNothingRented(scope);
    }

    [Fact]
    public void Memory_KeptOverAYield_ChangesOnlyTheSlabItWasTakenFrom()
    {
        // Guard slabs lie in the same pool; the generator scribbles through every Memory it ever had.
        using var guards = new SlabPool(Spec.Stack(4), slabCount: 3);
        Sample[] guarded = [guards.Rent(), guards.Rent(), guards.Rent()];
        foreach (Sample guard in guarded)
        {
            guard["X"].Span<float>().Fill(-1);
        }

        using var pool = new SlabPool(Spec.Stack(4), slabCount: 2);
        Streamer<Sample> streamer = Streamer.Create(Scribbles, 400).Buffer(4, pool: pool);
        using (ActiveStream<Sample> stream = streamer.Open())
        {
            StateContractTests.Skip(stream, 90);
        }

        Assert.Equal(0, pool.Counters.Outstanding);
        foreach (Sample guard in guarded)
        {
            Assert.False(guard["X"].Span<float>().ContainsAnyExcept(-1f));
            guard.Dispose();
        }
    }

    [Fact]
    public void Memory_KeptPastItsPool_ThrowsInsteadOfFaulting()
    {
        Memory<float> kept = default;
        Streamer<Sample> streamer = Streamer.Create<Sample, Action<Memory<float>>>(Hands, memory => kept = memory).Buffer(4);
        using (ActiveStream<Sample> stream = streamer.Open())
        {
            StateContractTests.Skip(stream, 3);
        }

        kept.Span[0] = 1; // the slab waits for the next run: still memory, nobody's
        streamer.Trim();
        Assert.Throws<ObjectDisposedException>(() => kept.Span[0] = 1);
    }

    // Native memory does not move, so its address can be compared.
    private static nint AddressOf(TensorView tensor) => Unsafe.ByteOffset(ref Unsafe.NullRef<float>(), ref tensor.Span<float>()[0]);

    private static IEnumerable<Sample> ThrowsHalfWay(StreamContext context, int good)
    {
        for (int i = 0; i < good; i++)
        {
            Sample sample = context.Rent(Spec);
            sample["X"].Span<float>().Fill(i);
            yield return sample;
        }

        context.Rent(Spec)["X"].Span<float>()[..2].Fill(-1);
        throw new InvalidTimeZoneException("half-way");
    }

    private static IEnumerable<Sample> Scribbles(StreamContext context, int count)
    {
        var kept = new List<Memory<float>>();
        for (int i = 0; i < count; i++)
        {
            Sample sample = context.Rent(Spec);
            kept.Add(sample["X"].Memory);
            sample["X"].Span<float>().Fill(i);
            yield return sample;
            foreach (Memory<float> memory in kept)
            {
                Assert.Equal(3, memory.Length);
                memory.Span.Fill(i);
            }
        }
    }

    private static IEnumerable<Sample> Hands(StreamContext context, Action<Memory<float>> hand)
    {
        while (true)
        {
            Sample sample = context.Rent(Spec);
            hand(sample["X"].Memory);
            yield return sample;
        }
    }

    private static IEnumerable<Sample> Noting(StreamContext context, List<nint> addresses)
    {
        for (int i = 0; ; i++)
        {
            Sample sample = context.Rent(Spec);
            addresses.Add(AddressOf(sample["X"]));
            sample["X"].Span<float>().Fill(i);
            yield return sample;
        }
    }
}
