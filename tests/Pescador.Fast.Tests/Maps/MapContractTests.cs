namespace Pescador.Fast.Tests;

/// <summary>What every map promises: it ends clean wherever it is left, repeats, and goes on from a saved state.</summary>
public sealed class MapContractTests
{
    // Each over views of arrays or over loose samples; what it gives is written as text, and disposed by the Select.
    private static readonly Dictionary<string, Func<Streamer<Sample>, Streamer<string>>> Maps = new()
    {
        ["Select"] = source => Written(source.Select(sample => sample)),
        ["Where"] = source => Written(source.Where(sample => MapData.Number(sample) % 3 != 1)),
        ["Tap"] = source => Written(source.Tap(sample => _ = sample.Spec)),
        ["Take"] = source => Written(source.Take(17)),
        ["Cycle"] = source => Written(source.Cycle(70)),
        ["Shuffle"] = source => Written(source.Shuffle(7, seed: 5)),
        ["ShuffleAll"] = source => Written(source.Shuffle(100)),
        ["Cache"] = source => Written(source.Cache(5, 0.4)),
        ["CacheOfCache"] = source => Written(source.Cache(4, 0.5, seed: 1).Cache(3, 0.6)),
        ["CycleOfShuffle"] = source => Written(source.Shuffle(4).Cycle(80)),
        ["ShuffledNumbers"] = source => source.Select(MapData.Number).Shuffle(6).Select(number => $"{number}"),
        ["CachedTexts"] = source => Written(source).Cache(6),
        ["Rebatch"] = source => Batches(source).Rebatch(4).Select(batch => MapData.Join(MapData.TakeNumbers(batch))),
        ["RebatchWhole"] = source => Batches(source).Rebatch(5, partial: false).Select(batch => MapData.Join(MapData.TakeNumbers(batch))),
        ["Tuples"] = source => source.Tuples("Y", "X").Select(tuple => $"{tuple[0].Item<int>()} {tuple[1].Span<float>()[1]}"),
        ["TuplesWhere"] = source => source.Tuples("Y").Where(tuple => tuple[0].Item<int>() % 2 == 0).Select(tuple => $"{tuple[0].Item<int>()}"),
        ["KerasTuples"] = source => source.KerasTuples(["X"], "Y").Select(tuple => $"{tuple.Outputs.Tensor.Item<int>()} {tuple.Inputs.Count}"),
    };

    public static TheoryData<string, bool> Cases { get; } = [.. Maps.Keys.SelectMany(name => new[] { (name, false), (name, true) })];

    [Theory]
    [MemberData(nameof(Cases))]
    public void Iterate_ToTheEnd_LeavesNothingOut(string map, bool isLoose)
    {
        Streamer<string> streamer = Make(map, isLoose);
        ActiveStream<string> stream = streamer.Start();
        int given = 0;
        while (given < 300 && stream.MoveNext())
        {
            given++;
        }

        Assert.InRange(given, 5, 299);
        AssertClean(streamer, stream.Scope);
        Assert.False(stream.MoveNext());
        stream.Dispose();
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void Dispose_BeforeTheEnd_LeavesNothingOut(string map, bool isLoose)
    {
        Streamer<string> streamer = Make(map, isLoose);
        for (int stop = 0; stop < 12; stop++)
        {
            ActiveStream<string> stream = streamer.Start();
            StreamScope scope = stream.Scope;
            for (int i = 0; i < stop && stream.MoveNext(); i++)
            {
                Assert.Equal(1, streamer.ActivationCount);
            }

            stream.Dispose();
            AssertClean(streamer, scope);
        }
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void MoveNext_SourceThrows_PassesItOnAndLeavesNothingOut(string map, bool isLoose)
    {
        Streamer<string> streamer = Maps[map](Streamer.Create(Failing, isLoose ? 13 : 6));
        for (int run = 0; run < 3; run++)
        {
            ActiveStream<string> stream = streamer.Start();
            StreamScope scope = stream.Scope;
            Assert.Equal("as asked", Assert.Throws<TimeZoneNotFoundException>(() =>
            {
                while (stream.MoveNext())
                {
                }
            }).Message);
            AssertClean(streamer, scope);
        }
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void Restore_AtAnyPlace_GoesOnWithTheSameSamples(string map, bool isLoose)
    {
        List<string> whole = Read(Make(map, isLoose).WithSeed(11).Start());
        for (int stop = 0; stop <= whole.Count; stop++)
        {
            using ActiveStream<string> stream = Make(map, isLoose).WithSeed(11).Start();
            for (int i = 0; i < stop; i++)
            {
                Assert.True(stream.MoveNext());
            }

            var state = StreamState.FromArray(stream.Save().ToArray());
            Streamer<string> other = Make(map, isLoose).WithSeed(11);
            ActiveStream<string> restored = other.Resume(state);
            StreamScope scope = restored.Scope;

            Assert.Equal(whole[stop..], Read(restored));
            Assert.Equal(whole[stop..], Read(stream)); // saving changed nothing
            AssertClean(other, scope);
        }
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void Restore_Disposed_LeavesNothingOut(string map, bool isLoose)
    {
        using ActiveStream<string> stream = Make(map, isLoose).Start();
        for (int i = 0; i < 8 && stream.MoveNext(); i++)
        {
        }

        Streamer<string> other = Make(map, isLoose);
        ActiveStream<string> restored = other.Resume(stream.Save());
        StreamScope scope = restored.Scope;
        restored.Dispose();

        AssertClean(other, scope);
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void Open_AfterAnEarlyStop_GivesWhatAFreshStreamerGives(string map, bool isLoose)
    {
        Streamer<string> used = Make(map, isLoose).WithSeed(3);
        using (ActiveStream<string> stream = used.Start())
        {
            for (int i = 0; i < 9 && stream.MoveNext(); i++)
            {
            }
        }

        Assert.Equal(
            Read(Make(map, isLoose).WithSeed(3).WithEpoch(1).Start()),
            Read(used.Start()));
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void Open_TwoAtOnce_ShareNothing(string map, bool isLoose)
    {
        Streamer<string> streamer = Make(map, isLoose).WithSeed(3);
        ActiveStream<string>[] streams =
            [streamer.Start(), streamer.Start()];
        List<string>[] read = [[], []];
        bool isGoing = true;
        while (isGoing)
        {
            isGoing = false;
            for (int i = 0; i < 2; i++)
            {
                if (streams[i].MoveNext())
                {
                    isGoing = true;
                    read[i].Add(streams[i].Current);
                }
            }
        }

        for (int i = 0; i < 2; i++)
        {
            streams[i].Dispose();
            Streamer<string> fresh = Make(map, isLoose).WithSeed(3).WithEpoch(i);
            Assert.Equal(Read(fresh.Start()), read[i]);
        }

        Assert.Equal(0, streamer.ActivationCount);
    }

    private static Streamer<string> Make(string map, bool isLoose) => Maps[map](isLoose ? MapData.NumberedLoose(30) : MapData.Numbered(30));

    private static Streamer<string> Written(Streamer<Sample> source) => source.Select(sample => $"{MapData.Number(sample)}");

    // Mini-batches of 0 to 4 rows, opened below the same source so that its failures come through.
    private static Streamer<Sample> Batches(Streamer<Sample> source) => Streamer.Create(CutMiniBatches, source);

    private static IEnumerable<Sample> CutMiniBatches(StreamContext context, Streamer<Sample> source)
    {
        SampleSpec row = MapData.Table(1).RowSpec;
        int length = 0;
        ActiveStream<Sample> stream = context.Open(source);
        bool isEnded = false;
        while (!isEnded)
        {
            length = (length + 1) % 5;
            Sample batch = context.Rent(row.Stack(length));
            for (int i = 0; i < length; i++)
            {
                if (!stream.MoveNext())
                {
                    isEnded = true;
                    break;
                }

                int number = MapData.TakeNumber(stream.Current);
                batch["Y"].Span<int>()[i] = number;
                batch["X"].Span<float>()[2 * i] = number;
                batch["X"].Span<float>()[(2 * i) + 1] = -number;
            }

            if (!isEnded)
            {
                yield return batch;
            }
        }
    }

    private static IEnumerable<Sample> Failing(StreamContext context, int count)
    {
        ActiveStream<Sample> stream = context.Open(MapData.NumberedLoose(count));
        while (stream.MoveNext())
        {
            yield return stream.Current;
        }

        throw new TimeZoneNotFoundException("as asked");
    }

    private static List<string> Read(ActiveStream<string> stream)
    {
        var read = new List<string>();
        while (read.Count < 300 && stream.MoveNext())
        {
            read.Add(stream.Current);
        }

        return read;
    }

    private static void AssertClean(IStreamerNode streamer, StreamScope scope)
    {
        Assert.Equal((0, 0), (scope.LooseCounters.Outstanding, scope.Views.Outstanding));
        AssertClosed(streamer);
    }

    private static void AssertClosed(IStreamerNode node)
    {
        int active = node switch
        {
            Streamer<Sample> samples => samples.ActivationCount,
            Streamer<string> texts => texts.ActivationCount,
            Streamer<int> numbers => numbers.ActivationCount,
            Streamer<TensorTuple> tuples => tuples.ActivationCount,
            Streamer<KerasTuple> tuples => tuples.ActivationCount,
            _ => throw new InvalidOperationException(node.Label),
        };
        Assert.Equal(0, active);
        foreach (IStreamerNode input in node.Inputs)
        {
            AssertClosed(input);
        }
    }
}
