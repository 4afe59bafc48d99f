namespace Pescador.Fast.Tests;

public sealed class TuplesTests
{
    [Fact]
    public void Tuples_Keys_GiveTheTensorsInTheirOrder()
    {
        int number = 0;
        foreach (TensorTuple tuple in MapData.Numbered(4).Tuples("Y", "X", "Y"))
        {
            Assert.Equal(["Y", "X", "Y"], tuple.Select(tensor => tensor.Name));
            Assert.Equal(3, tuple.Count);
            Assert.Equal(number, tuple[0].Item<int>());
            Assert.Equal([number, -number], tuple[1].Memory.Span);
            foreach (TensorView tensor in tuple)
            {
                Assert.Contains(tensor.Name, "XY", StringComparison.Ordinal);
            }

            tuple.Dispose();
            number++;
        }

        Assert.Equal(4, number);
    }

    [Fact]
    public void Tuples_OneKey_IsAListOfOne()
    {
        TensorTuple tuple = MapData.Numbered(1).Tuples("X").Single();
        Assert.Equal("X", Assert.Single(tuple).Name);
        Assert.Throws<ArgumentOutOfRangeException>(() => tuple[1]);
        tuple.Dispose();
    }

    [Fact]
    public void Dispose_Tuple_EndsItsSample()
    {
        using ActiveStream<TensorTuple> stream = MapData.NumberedLoose(2).Tuples("X").Start();
        Assert.True(stream.MoveNext());
        TensorTuple tuple = stream.Current;
        TensorTuple copy = tuple;
        Assert.Equal(1, stream.LooseSamples.Outstanding);
        tuple.Dispose();
        copy.Dispose();

        Assert.Equal(0, stream.LooseSamples.Outstanding);
        Assert.True(copy.Sample.IsDisposed);
        Assert.Throws<ObjectDisposedException>(() => copy[0]);
    }

    [Fact]
    public void Tuples_MissingKey_NamesItAndThoseThereAre()
    {
        using ActiveStream<TensorTuple> stream = MapData.NumberedLoose(2).Tuples("X", "Z").Start();
        Assert.Equal("There is no tensor 'Z'; there are [X, Y].", Assert.Throws<KeyNotFoundException>(() => stream.MoveNext()).Message);
        Assert.Equal(0, stream.LooseSamples.Outstanding);
    }

    [Fact]
    public void Tuples_LaterSampleWithoutTheKey_IsRefused()
    {
        Sample[] samples = [Sample.Of(("X", new float[1]), ("Y", new float[1])), Sample.Of(("Y", new float[1]))];
        using ActiveStream<TensorTuple> stream = Streamer.From(samples).Tuples("X").Start();
        Assert.True(stream.MoveNext());
        stream.Current.Dispose();

        Assert.Throws<KeyNotFoundException>(() => stream.MoveNext());
        Assert.Equal(0, stream.Views.Outstanding);
    }

    [Fact]
    public void Tuples_NoKeyOrABadOne_IsRefused()
    {
        Streamer<Sample> source = MapData.Numbered(1);
        Assert.StartsWith("Tuples needs at least one key.", Assert.Throws<ArgumentException>(() => source.Tuples()).Message, StringComparison.Ordinal);
        Assert.StartsWith("Key 1 is null", Assert.Throws<ArgumentException>(() => source.Tuples("X", null!)).Message, StringComparison.Ordinal);
        Assert.StartsWith("Key 0 is empty", Assert.Throws<ArgumentException>(() => source.Tuples("")).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void KerasTuples_String_GivesTheTensorItself()
    {
        (KerasPart inputs, KerasPart outputs) = Only(MapData.Numbered(1).KerasTuples("X", "Y"));
        Assert.Equal(("X", "Y"), (inputs.Tensor.Name, outputs.Tensor.Name));
        Assert.False(inputs.IsList || inputs.IsNone || outputs.IsList || outputs.IsNone);
    }

    [Fact]
    public void KerasTuples_Collection_GivesAListAlsoOfOne()
    {
        (KerasPart inputs, KerasPart outputs) = Only(MapData.Numbered(1).KerasTuples(["Y", "X"], new List<string> { "Y" }));
        Assert.Equal(["Y", "X"], inputs.Select(tensor => tensor.Name));
        Assert.Equal("Y", Assert.Single(outputs).Name);
        Assert.True(inputs.IsList && outputs.IsList);
        Assert.Equal(
            "This is a list of 1 tensors; take them by index.", Assert.Throws<InvalidOperationException>(() => outputs.Tensor).Message);
    }

    [Fact]
    public void KerasTuples_Nothing_GivesNothing()
    {
        KerasTuple inputOnly = MapData.Numbered(1).KerasTuples("X").Single();
        Assert.True(inputOnly.Outputs.IsNone && !inputOnly.Outputs.IsList && inputOnly.Outputs.Count == 0);
        Assert.Equal("No tensor was asked for here.", Assert.Throws<InvalidOperationException>(() => inputOnly.Outputs.Tensor).Message);
        inputOnly.Dispose();

        KerasTuple outputOnly = MapData.Numbered(1).KerasTuples(outputs: new[] { "Y" }).Single();
        Assert.True(outputOnly.Inputs.IsNone);
        Assert.Equal("Y", outputOnly.Outputs[0].Name);
        outputOnly.Dispose();
        Assert.True(outputOnly.Sample.IsDisposed);
    }

    [Fact]
    public void KerasTuples_NoKey_IsRefused()
    {
        Streamer<Sample> source = MapData.Numbered(1);
        Assert.StartsWith(
            "KerasTuples needs at least one key", Assert.Throws<ArgumentException>(() => source.KerasTuples()).Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentException>(() => source.KerasTuples([], (string?)null));
        Assert.Throws<ArgumentException>(() => source.KerasTuples("", "Y"));
        Assert.Throws<ArgumentException>(() => source.KerasTuples(["X", null!]));
    }

    [Fact]
    public void KerasTuples_MissingKey_NamesItAndThoseThereAre()
    {
        using ActiveStream<KerasTuple> stream = MapData.NumberedLoose(2).KerasTuples("X", ["Q"]).Start();
        Assert.Equal("There is no tensor 'Q'; there are [X, Y].", Assert.Throws<KeyNotFoundException>(() => stream.MoveNext()).Message);
        Assert.Equal(0, stream.LooseSamples.Outstanding);
    }

    [Fact]
    public void Label_StringOrListOfOne_IsAnother()
    {
        Streamer<Sample> source = MapData.Numbered(1);
        Assert.Equal("""Tuples("X", "Y")""", source.Tuples("X", "Y").Label);
        Assert.Equal("""KerasTuples("X", ["Y"])""", source.KerasTuples("X", ["Y"]).Label);
        Assert.Equal("""KerasTuples(null, ["X", "Y"])""", source.KerasTuples(outputs: ["X", "Y"]).Label);
    }

    [Fact]
    public void Default_Tuples_AreEmpty()
    {
        Assert.Empty(default(TensorTuple));
        Assert.True(default(KerasTuple).Inputs.IsNone);
        default(TensorTuple).Dispose();
        default(KerasTuple).Dispose();
    }

    private static KerasTuple Only(Streamer<KerasTuple> streamer) => streamer.Single();
}
