namespace Pescador.Fast.Tests;

/// <summary>Samples pulled straight into the rows of a batch are those that are pulled loose.</summary>
public sealed class MapFillTests
{
    private static readonly Dictionary<string, Func<Streamer<Sample>, Streamer<Sample>>> Maps = new()
    {
        ["Select"] = source => source.Select(sample => sample),
        ["Where"] = source => source.Where(sample => MapData.Number(sample) % 3 != 1),
        ["Tap"] = source => source.Tap(sample => _ = sample.Spec),
        ["Take"] = source => source.Take(17),
        ["TakeAll"] = source => source.Take(1000),
        ["Cycle"] = source => source.Cycle(),
        ["CycleOfTake"] = source => source.Take(3).Cycle(50),
        ["TakeOfCycle"] = source => source.Cycle().Take(77),
        ["Shuffle"] = source => source.Shuffle(7, seed: 5),
        ["Cache"] = source => source.Cache(5, 0.4),
        ["CycleOfCache"] = source => source.Cache(5, 0.4, seed: 3).Cycle(),
    };

    public static TheoryData<string, bool, int> Cases { get; } =
        [.. from name in Maps.Keys from isLoose in new[] { false, true } from rows in new[] { 1, 4, 64 } select (name, isLoose, rows)];

    [Theory]
    [MemberData(nameof(Cases))]
    public void Fill_AnyBatchSize_GivesTheLooseSamples(string map, bool isLoose, int rows)
    {
        Streamer<Sample> streamer = Maps[map](isLoose ? MapData.NumberedLoose(30) : MapData.Numbered(30));
        List<int> loose = MapData.LooseNumbers(streamer, seed: 9, most: 200);

        Assert.InRange(loose.Count, 17, 200);
        Assert.Equal(loose, MapData.FilledNumbers(streamer, seed: 9, most: 200, rows));
        Assert.Equal(0, streamer.ActivationCount);
    }

    [Fact]
    public void Fill_PassThroughMaps_BuildInPlace()
    {
        var scope = new StreamScope(SlabAllocator.Native, null, SlabPool.DefaultTimeout);
        using var pool = new SlabPool(MapData.Table(1).RowSpec.Stack(20), slabCount: 1);
        using Sample batch = pool.Rent(TestContext.Current.CancellationToken);
        var rows = new RowWriter(MapData.Table(1).RowSpec);
        rows.Begin(batch.Core);
        Activation<Sample> activation = MapData.NumberedLoose(8).Take(5).Cycle(20).Activate(scope, 1);

        Assert.Equal(20, activation.Fill(rows, 20));
        activation.Close();
        Assert.Equal(Enumerable.Range(0, 20).Select(i => i % 5), batch["Y"].Span<int>().ToArray());
        Assert.Equal(0, scope.LooseCounters.Created);
    }
}
