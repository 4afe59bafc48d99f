namespace Pescador.Fast.Tests;

public sealed class ToFloat32Tests
{
    public static TheoryData<string, Array> Columns => new()
    {
        { "float64", new[] { 0.5, 2, -3, 1e300 } }, { "float16", new[] { (Half)0.5, (Half)2, (Half)(-3), Half.PositiveInfinity } },
        { "int8", new sbyte[] { 1, -2, 3, 4 } }, { "uint8", new byte[] { 1, 2, 3, 255 } }, { "int16", new short[] { 1, -2, 3, 4 } },
        { "uint16", new ushort[] { 1, 2, 3, 65535 } }, { "int32", new[] { 1, -2, 3, 1 << 30 } }, { "uint32", new uint[] { 1, 2, 3, 1u << 31 } },
        { "int64", new[] { 1L, -2, 3, 1L << 62 } }, { "uint64", new ulong[] { 1, 2, 3, 1ul << 63 } }, { "bool", new[] { true, false, true, true } },
    };

    [Theory]
    [MemberData(nameof(Columns), DisableDiscoveryEnumeration = true)]
    public void ToFloat32_OfEachType_GivesTheSameNumbers(string type, Array column)
    {
        Streamer<Sample> rows = Streamer.FromRows(new Dictionary<string, TensorData> { ["X"] = TensorData.FromArray(column), ["Y"] = new[] { 9, 8, 7, 6 } }, RowOrder.InOrder);
        foreach (Sample batch in rows.Buffer(4).ToFloat32("X"))
        {
            using (batch)
            {
                Assert.Equal(column.Cast<object>().Select(ToSingle), batch["X"].Span<float>().ToArray());
                Assert.Equal([9, 8, 7, 6], batch["Y"].Span<int>().ToArray());
            }
        }

        Assert.Equal(type, ElementTypes.Of(column).Name());
    }

    [Fact]
    public void ToFloat32_OfFloat32_PassesTheSampleItself()
    {
        using ActiveStream<Sample> stream = MapData.Numbered(10).Buffer(4).ToFloat32("X").Open();
        Assert.True(stream.MoveNext());
        Assert.Equal(0, stream.LooseSamples.Rented);
        stream.Current.Dispose();
        Assert.Equal(0, stream.Batches.Outstanding);
    }

    [Fact]
    public void ToFloat32_OfATensorThatIsNotThere_NamesThoseThereAre()
    {
        using ActiveStream<Sample> stream = MapData.Numbered(10).ToFloat32("Z").Open();
        KeyNotFoundException error = Assert.Throws<KeyNotFoundException>(() => stream.MoveNext());
        Assert.Contains("'Z'", error.Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentException>(() => MapData.Numbered(1).ToFloat32());
    }

    private static float ToSingle(object value) => value switch
    {
        Half half => (float)half,
        bool flag => flag ? 1 : 0,
        _ => Convert.ToSingle(value, System.Globalization.CultureInfo.InvariantCulture),
    };
}
