namespace Pescador.Fast.Tests;

public sealed class SelectTests
{
    [Fact]
    public void Select_Letters_GivesTheFunctionsResults() => Assert.Equal("BCD", MapData.Letters("abc").Select(c => (char)(c - 31)).Text());

    [Fact]
    public void QuerySyntax_OverAStreamer_IsItsMaps()
    {
        Streamer<int> query = from number in Streamer.From(Enumerable.Range(0, 9)) where number % 2 == 1 select number * number;

        Assert.Equal([1, 9, 25, 49], query);
    }

    [Fact]
    public void Select_OtherResult_DisposesTheArgument()
    {
        var seen = new List<Sample>();
        foreach (int number in MapData.NumberedLoose(5).Select(sample =>
        {
            seen.Add(sample);
            return MapData.Number(sample);
        }))
        {
            Assert.True(seen[^1].IsDisposed);
            Assert.Equal(seen.Count - 1, number);
        }
    }

    [Fact]
    public void Select_ArgumentReturned_StaysTheConsumers()
    {
        foreach (Sample sample in MapData.NumberedLoose(5).Select(sample => sample))
        {
            Assert.False(sample.IsDisposed);
            sample.Dispose();
        }
    }

    [Fact]
    public void Select_ArgumentReturnedAsAnotherType_IsNotDisposed()
    {
        Disposable[] items = [new(), new()];
        Assert.Equal(items, Streamer.From(items).Select(item => (IDisposable)item));
        Assert.All(items, item => Assert.False(item.IsDisposed));

        foreach (object boxed in MapData.NumberedLoose(2).Select(sample => (object)sample))
        {
            MapData.TakeNumber((Sample)boxed);
        }
    }

    [Fact]
    public void Select_EqualObjectReturned_DisposesTheArgument()
    {
        Disposable[] items = [new(), new()];
        Assert.Equal(items.Length, Streamer.From(items).Select(_ => new Disposable()).Count());
        Assert.All(items, item => Assert.True(item.IsDisposed));
    }

    [Fact]
    public void Select_FunctionThrows_DisposesTheArgumentAndPassesOn()
    {
        Sample last = default;
        Streamer<int> streamer = MapData.NumberedLoose(5).Select<int>(sample =>
        {
            last = sample;
            throw new TimeZoneNotFoundException();
        });
        ActiveStream<int> stream = streamer.Start();

        Assert.Throws<TimeZoneNotFoundException>(() => stream.MoveNext());
        Assert.True(last.IsDisposed);
        Assert.Equal((1, 0, 0), (stream.LooseSamples.Rented, stream.LooseSamples.Outstanding, streamer.ActivationCount));
    }

    [Fact]
    public void Where_FunctionThrows_DisposesTheArgumentAndPassesOn()
    {
        ActiveStream<Sample> stream = MapData.NumberedLoose(5).Where(_ => throw new TimeZoneNotFoundException()).Start();

        Assert.Throws<TimeZoneNotFoundException>(() => stream.MoveNext());
        Assert.Equal((1, 0), (stream.LooseSamples.Rented, stream.LooseSamples.Outstanding));
    }

    [Fact]
    public void Tap_FunctionThrows_DisposesTheArgumentAndPassesOn()
    {
        ActiveStream<Sample> stream = MapData.NumberedLoose(5).Tap(_ => throw new TimeZoneNotFoundException()).Start();

        Assert.Throws<TimeZoneNotFoundException>(() => stream.MoveNext());
        Assert.Equal((1, 0), (stream.LooseSamples.Rented, stream.LooseSamples.Outstanding));
    }

    [Fact]
    public void Where_Predicate_DropsAndDisposesTheOthers()
    {
        Disposable[] items = [new(), new(), new()];
        Assert.Same(items[1], Assert.Single(Streamer.From(items).Where(item => ReferenceEquals(item, items[1]))));
        Assert.Equal([true, false, true], items.Select(item => item.IsDisposed));
    }

    [Fact]
    public void Where_NothingAccepted_Ends() => Assert.Equal("", MapData.Letters("abc").Where(c => c > 'x').Text());

    [Fact]
    public void Tap_Letters_SeesEachOnceAsItPasses()
    {
        string seen = "";
        foreach (char letter in MapData.Letters("abc").Tap(c => seen += c))
        {
            Assert.Equal(seen[^1], letter);
        }

        Assert.Equal("abc", seen);
    }

    [Fact]
    public void Maps_Null_IsRefused()
    {
        Streamer<char> letters = MapData.Letters("a");
        Assert.Equal("function", Assert.Throws<ArgumentNullException>(() => letters.Select((Func<char, int>)null!)).ParamName);
        Assert.Equal("predicate", Assert.Throws<ArgumentNullException>(() => letters.Where(null!)).ParamName);
        Assert.Equal("action", Assert.Throws<ArgumentNullException>(() => letters.Tap(null!)).ParamName);
    }

    [Fact]
    public void Maps_Made_RunNothing()
    {
        Streamer<int> source = Streamer.Create(Never);
        _ = source.Select(x => x).Where(_ => true).Tap(_ => { }).Cycle().Take(3).Shuffle(4).Cache(2).Start();
        Assert.Equal(0, source.ActivationCount);
    }

    [Fact]
    public void Label_OtherFunction_IsAnother()
    {
        static string Outline(Streamer<int> streamer) => StreamOutline.Of(streamer);
        Streamer<int> source = Streamer.From([1]);
        Assert.NotEqual(Outline(source.Select(x => x + 1)), Outline(source.Select(x => x + 2)));
        Assert.NotEqual(Outline(source.Where(x => x > 1)), Outline(source.Where(x => x > 2)));
    }

    private static IEnumerable<int> Never(StreamContext context) => throw new InvalidOperationException("nobody asked for a sample");

    private sealed record Disposable : IDisposable
    {
        internal bool IsDisposed { get; private set; }

        public bool Equals(Disposable? other) => other is not null; // two equal ones are two

        public override int GetHashCode() => 0;

        public void Dispose() => IsDisposed = true;
    }
}
