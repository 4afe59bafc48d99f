namespace Pescador.Fast.Tests;

public sealed class TallyTests
{
    [Fact]
    public void Tally_OfTheStreamsOfAMux_CountsWhatEachGave()
    {
        StreamTally[] tallies = [new(), new(), new()];
        var mux = new StochasticMux<Sample>(
            tallies.Select(static tally => Streamer.FromRows(MapData.Table(1000)).Tally(tally)), 2, 8, [1, 2, 5], seed: 1);
        long drawn = 0;
        foreach (Sample batch in mux.Buffer(32).Iterate(500))
        {
            drawn += batch.Length!.Value;
            batch.Dispose();
        }

        // Read when the stream is closed: then it is exact.
        Assert.Equal(drawn, tallies.Sum(static tally => tally.Samples));
        Assert.All(tallies, static tally => Assert.InRange(tally.Activations, 1, tally.Samples));
        for (int i = 0; i < tallies.Length; i++)
        {
            // Samples come in runs of 8: 16,000 of them weigh as some 2,000, whose share has a deviation of 0.011.
            Assert.Equal(((double[])[1, 2, 5])[i] / 8, (double)tallies[i].Samples / drawn, 0.05);
        }
    }

    [Fact]
    public void Tally_WhileItRuns_LagsByLessThan64Samples()
    {
        var tally = new StreamTally();
        using ActiveStream<Sample> stream = Streamer.FromRows(MapData.Table(10)).Tally(tally).Open();
        for (int i = 1; i <= 200; i++)
        {
            Assert.True(stream.MoveNext());
            stream.Current.Dispose();
            Assert.InRange(tally.Samples, i - 63, i);
        }
    }

    [Fact]
    public void Tally_OverARowThatFails_CountsTheRowsBeforeIt()
    {
        var tally = new StreamTally();
        Streamer<Sample> rows = MapData.Numbered(20).Select(static sample => sample["Y"].Item<int>() == 7 ? throw new DataException("a", 7, "bad") : sample);
        using (ActiveStream<Sample> stream = rows.Tally(tally).SkipBad(1).Buffer(19, partial: true).Open())
        {
            Assert.True(stream.MoveNext());
            Assert.Equal(19, stream.Current.Length);
            stream.Current.Dispose();
        }

        Assert.Equal(19, tally.Samples);
    }
}
