namespace Pescador.Fast.Tests;

/// <summary>No map allocates, neither for a sample nor for an activation, once it has what it keeps.</summary>
public sealed class MapAllocationTests
{
    private const int Samples = 100_000;
    private const int Activations = 10_000;
    private const int MostRounds = 100; // a round that is not compiled to the end yet may allocate; one without is proof

    private static readonly Dictionary<string, Func<Streamer<Sample>, ICounted>> Maps = new()
    {
        ["Select"] = source => Count(source.Select(sample => sample)),
        ["SelectNumber"] = source => Count(source.Select(MapData.Number)),
        ["Where"] = source => Count(source.Where(sample => sample["Y"].Item<int>() % 2 == 0)),
        ["Tap"] = source => Count(source.Tap(_ => { })),
        ["Take"] = source => Count(source.Take(long.MaxValue)),
        ["Cycle"] = source => Count(source.Take(3).Cycle()),
        ["Shuffle"] = source => Count(source.Shuffle(20)),
        ["Cache"] = source => Count(source.Cache(20)),
        ["CacheOfCache"] = source => Count(source.Cache(10).Cache(5)),
        ["Tuples"] = source => Count(source.Tuples("Y", "X")),
        ["TuplesWhere"] = source => Count(source.Tuples("Y").Where(tuple => tuple[0].Item<int>() % 2 == 0)),
        ["TuplesTap"] = source => Count(source.Tuples("Y").Select(tuple => tuple)),
        ["KerasTuples"] = source => Count(source.KerasTuples(["X"], "Y")),
        ["KerasTuplesWhere"] = source => Count(source.KerasTuples("Y").Where(tuple => tuple.Inputs.Tensor.Item<int>() % 2 == 0)),
        ["Rebatch"] = source => Count(Streamer.FromRows(MiniBatchTable(), RowOrder.Random).Rebatch(5)),
        ["RebatchTwoForms"] = source => Count(TwoForms().Rebatch(5)),
    };

    public static TheoryData<string> Cases { get; } = [.. Maps.Keys];

    private interface ICounted
    {
        bool Pull(int count);

        void Restart();
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void MoveNext_SteadyState_AllocatesNothing(string map)
    {
        ICounted stream = Maps[map](Endless());
        Assert.True(stream.Pull(100));
        AssertSomeRoundAllocatesNothing(() => stream.Pull(Samples));
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void Open_SteadyState_AllocatesNothing(string map)
    {
        ICounted stream = Maps[map](Endless());
        AssertSomeRoundAllocatesNothing(() =>
        {
            for (int i = 0; i < Activations; i++)
            {
                stream.Restart();
                stream.Pull(7);
            }
        });
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void Open_ShortSourceToItsEnd_AllocatesNothing(string map)
    {
        ICounted stream = Maps[map](Streamer.FromRows(MapData.Table(4), RowOrder.InOrder));
        bool isEndless = stream.Pull(1000);
        AssertSomeRoundAllocatesNothing(() =>
        {
            for (int i = 0; i < Activations; i++)
            {
                stream.Restart();
                stream.Pull(isEndless ? 10 : 1000);
            }
        });
    }

    private static void AssertSomeRoundAllocatesNothing(Action round)
    {
        long allocated = -1;
        for (int i = 0; i < MostRounds && allocated != 0; i++)
        {
            long before = GC.GetAllocatedBytesForCurrentThread();
            round();
            allocated = GC.GetAllocatedBytesForCurrentThread() - before;
        }

        Assert.Equal(0, allocated);
    }

    private static Streamer<Sample> Endless() => Streamer.FromRows(MapData.Table(50), RowOrder.Random);

    private static TensorRows MiniBatchTable() => new([new("X", new float[40, 3, 2]), new("Y", new int[40, 3])]);

    // Mini-batches whose forms take turns, with names that are not the same strings.
    private static Streamer<Sample> TwoForms() => Streamer.From(new[]
    {
        Sample.Of((Name('X'), new float[3, 2]), (Name('Y'), new int[3])), Sample.Of((Name('Y'), new int[4]), (Name('X'), new float[4, 2])),
    }).Cycle();

    private static string Name(char letter) => new([letter]);

    private static ICounted Count<T>(Streamer<T> streamer) => new Counted<T>(streamer);

    private sealed class Counted<T>(Streamer<T> streamer) : ICounted
    {
        private ActiveStream<T> _stream = streamer.Start();

        public bool Pull(int count)
        {
            for (int i = 0; i < count; i++)
            {
                if (!_stream.MoveNext())
                {
                    return false;
                }

                Owned<T>.Dispose(_stream.Current);
            }

            return true;
        }

        public void Restart()
        {
            _stream.Dispose();
            _stream = streamer.Open();
        }
    }
}
