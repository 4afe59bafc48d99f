namespace Pescador.Fast.Tests;

public sealed class TensorDataTests
{
    [Fact]
    public void Conversion_Matrix_TakesItsShape() => Assert.Equal([2, 3], ((TensorData)new float[2, 3]).Shape.ToArray());

    [Fact]
    public void FromArray_Vector_IsNoScalar() => Assert.Equal([5], TensorData.FromArray(new float[5]).Shape.ToArray());

    [Fact]
    public void Constructor_ShapeGiven_ReadsRowMajor()
    {
        using Sample sample = Sample.Of(("X", new TensorData(Enumerable.Range(0, 6).ToArray(), 3, 2)));

        Assert.Equal(3, sample["X"].AsTensorSpan<int>()[1, 1]);
    }

    [Fact]
    public void Memory_RankFourArray_IsRowMajor()
    {
        var array = new short[2, 2, 2, 2];
        array[1, 0, 1, 0] = 7;
        using Sample sample = Sample.Of(("X", array));

        Assert.Equal(7, sample["X"].As<short>().Span[10]);
    }

    [Fact]
    public void Memory_Matrix_WritesToTheArray()
    {
        var array = new float[2, 2];
        using Sample sample = Sample.Of(("X", array));
        sample["X"].Memory.Span[3] = 4;

        Assert.Equal(4, array[1, 1]);
    }

    [Fact]
    public void Constructor_OtherElementCount_SaysBoth()
    {
        ArgumentException error = Assert.Throws<ArgumentException>(() => new TensorData(new float[5], 2, 3));

        Assert.Contains("5 elements", error.Message, StringComparison.Ordinal);
        Assert.Contains("float32[2,3]", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Constructor_Strings_NamesTypesThereAre()
    {
        NotSupportedException error = Assert.Throws<NotSupportedException>(() => TensorData.FromArray(new string[1]));

        Assert.Contains("String", error.Message, StringComparison.Ordinal);
        Assert.Contains("Single", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Constructor_Null_IsRefused() => Assert.Throws<ArgumentNullException>(() => TensorData.FromArray(null!));

    [Fact]
    public void Rows_UnequalFirstAxes_NamesBoth()
    {
        ArgumentException error = Assert.Throws<ArgumentException>(() => new TensorRows([new("X", new float[3]), new("Y", new float[4])]));

        Assert.Contains("'Y' has 4 rows where 'X' has 3", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Rows_NullTensor_IsRefused() => Assert.Throws<ArgumentNullException>(() => new TensorRows([new("X", null!)]));

    [Fact]
    public void Rows_Empty_HaveAForm()
    {
        var rows = new TensorRows([new("X", new float[0, 4])]);

        Assert.Equal(0, rows.Count);
        Assert.Equal("{X float32[4]}", rows.RowSpec.ToString());
    }

    [Fact]
    public void Rows_None_IsRefused() => Assert.Throws<ArgumentException>(() => new TensorRows([]));

    [Fact]
    public void Spec_TwoOfOneName_IsRefused()
    {
        ArgumentException error = Assert.Throws<ArgumentException>(() => Sample.Of(("X", new float[1]), ("X", new float[1])));

        Assert.Contains("'X'", error.Message, StringComparison.Ordinal);
    }
}
