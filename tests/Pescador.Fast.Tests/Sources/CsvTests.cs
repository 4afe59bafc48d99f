using System.Runtime.InteropServices;
using System.Text;

namespace Pescador.Fast.Tests;

public sealed class CsvTests : IDisposable
{
    private readonly WrittenFiles _files = new();

    public void Dispose() => _files.Dispose();

    [Theory]
    [InlineData("1,2,3\n4,5,6\n", null, "X float32[2,3] 1 2 3 4 5 6")]
    [InlineData("1,2,3\r\n4,5,6", null, "X float32[2,3] 1 2 3 4 5 6")]
    [InlineData("\uFEFF 1 ,\"2\",\t3\n\n4,\" 5 \",6\n \n\n", null, "X float32[2,3] 1 2 3 4 5 6")]
    [InlineData("1e2,-.5,+3\nnan,inf,-Inf", null, "X float32[2,3] 100 -0.5 3 NaN Infinity -Infinity")]
    [InlineData("a,b\n1,2\n", null, "X float32[1,2] 1 2")]
    [InlineData("a,b\n1,2\n", "a", "X float32[1,1] 2 Y int64[1] 1")]
    [InlineData("a,b\n1,2\n", "-2", "X float32[1,1] 2 Y int64[1] 1")]
    [InlineData("\"a, or b\",\"c \"\"d\"\"\"\n1,2\n", "c \"d\"", "X float32[1,1] 1 Y int64[1] 2")]
    [InlineData(",0,b\n7,1,2\n", "-3", "X float32[1,2] 1 2 Y int64[1] 7")]
    [InlineData("1,2.0e0\n3,-4", "1", "X float32[2,1] 1 3 Y int64[2] 2 -4")]
    [InlineData("2,2,red,green\n1,2,0\n3,4,1\n", null, "X float32[2,2] 1 2 3 4 Y int64[2] 0 1")]
    [InlineData("2,2,red,green\n1,2,0\n3,4,1\n", "0", "X float32[2,2] 2 0 4 1 Y int64[2] 1 3")]
    [InlineData("0,1,label\n5,6,7\n8,9,10\n", "label", "X float32[2,2] 5 6 8 9 Y int64[2] 7 10")]
    [InlineData("a,b\n", null, "X float32[0,2]")]
    public void Open_Text_GivesNumbers(string text, string? label, string expected)
    {
        foreach (string name in (string[])["a.csv", "a.csv.gz"])
        {
            byte[] bytes = Encoding.UTF8.GetBytes(text);
            SourceFile file = _files.Source(name, name.EndsWith(".gz", StringComparison.Ordinal) ? WrittenFiles.Gzip(bytes) : bytes, new CsvFormat { Label = label });
            Assert.Equal(expected, string.Join(' ', ReadArray.ByRows(file).Select(Show)));
        }
    }

    [Theory]
    [InlineData(true, "X float32[1,2] 3 4")]
    [InlineData(false, "X float32[2,2] 1 2 3 4")]
    [InlineData(null, "X float32[2,2] 1 2 3 4")]
    public void Open_HasHeader_DecidesWhatTheFirstLineIs(bool? hasHeader, string expected)
    {
        SourceFile file = _files.Source("a.csv", "1,2\n3,4\n", new CsvFormat { HasHeader = hasHeader });
        Assert.Equal(expected, Show(Assert.Single(ReadArray.ByRows(file))));
    }

    [Theory]
    [InlineData(ElementType.Float32, "1.5", "1.5")]
    [InlineData(ElementType.Float64, "1e300", "1E+300")]
    [InlineData(ElementType.Float16, "0.5", "0.5")]
    [InlineData(ElementType.Int8, "-128", "-128")]
    [InlineData(ElementType.Int8, "-129", null)]
    [InlineData(ElementType.UInt8, "255.0", "255")]
    [InlineData(ElementType.UInt8, "-1", null)]
    [InlineData(ElementType.Int32, "1.5", null)]
    [InlineData(ElementType.Int64, "9223372036854775807", "9223372036854775807")]
    [InlineData(ElementType.Int64, "1e19", null)]
    [InlineData(ElementType.Int64, "nan", null)]
    [InlineData(ElementType.UInt64, "18446744073709551615", "18446744073709551615")]
    [InlineData(ElementType.Bool, "True", "True")]
    [InlineData(ElementType.Bool, "0", "False")]
    [InlineData(ElementType.Bool, "2", null)]
    [InlineData(ElementType.Int64, "", null)]
    public void Open_LabelType_TakesWhatFits(ElementType type, string label, string? expected)
    {
        SourceFile file = _files.Source("a.csv", $"3,{label}\n", new CsvFormat { Label = "1", LabelType = type, HasHeader = false });
        if (expected is null)
        {
            DataException error = Assert.Throws<DataException>(() => ReadArray.ByRows(file));
            Assert.Contains($"line 1, column 1: the label '{label}' is no {type.Name()}", error.Message, StringComparison.Ordinal);
            return;
        }

        Assert.Equal($"Y {type.Name()}[1] {expected}", Show(ReadArray.ByRows(file)[1]));
    }

    [Theory]
    [InlineData("3,4\n", "line 4, column 2: expected 3 cells, found 2")]
    [InlineData("3,4,5,6\n", "line 4, column 3: expected 3 cells, found 4")]
    [InlineData("3,x,5\n", "line 4, column 1: 'x' is no float32")]
    [InlineData("3,,5\n", "line 4, column 1: '' is no float32")]
    [InlineData("3,1e39,5\n", "line 4, column 1: '1e39' is no float32")]
    [InlineData("3,4,5.5\n", "line 4, column 2: the label '5.5' is no int64")]
    [InlineData("3,\"4,5\n", "line 4, column 2: expected 3 cells, found 2")]
    public void Read_BadRow_FailsAloneWithItsPlace(string line, string reason)
    {
        SourceFile file = _files.Source("a.csv", $"a,b,c\n1,2,3\n\n{line}6,7,8\n", new CsvFormat { Label = "-1" });
        using SourceTable table = file.Open(null);
        Assert.Equal(3, table.Count);
        var x = new float[2];
        var y = new long[1];
        TensorBlock[] blocks = [new TensorBlock(x, 0, 8, null), new TensorBlock(y, 0, 8, null)];

        DataException error = Assert.Throws<DataException>(() => table.Read(1, 1, blocks, 0));
        Assert.Equal(("a.csv", 1, reason), (error.SourceName, error.Row, error.Reason));

        table.Read(0, 1, blocks, 0);
        Assert.Equal((2f, 3L), (x[1], y[0]));
        table.Read(2, 1, blocks, 0);
        Assert.Equal((7f, 8L), (x[1], y[0]));
    }

    [Theory]
    [InlineData("", null, "nothing in it")]
    [InlineData("\n\n \n", null, "nothing in it")]
    [InlineData("3,2,red,green\n1,2,0\n3,4,1\n", null, "announces 3 rows of 2 features, but there are 2 rows of 2")]
    [InlineData("2,3,red,green\n1,2,0\n3,4,1\n", null, "announces 2 rows of 3 features, but there are 2 rows of 2")]
    [InlineData("a,b\n1,2\n", "c", "no column 'c' for the label; there are 2 columns: a, b")]
    [InlineData("1,2\n", "2", "no column '2' for the label; there are 2 columns, without names")]
    [InlineData("1,2\n", "-3", "no column '-3'")]
    [InlineData("1\n2\n", "0", "only one column, the label")]
    public void Open_WrongFile_SaysWhatIsWrong(string text, string? label, string reason)
    {
        SourceFile file = _files.Source("a.csv", text, new CsvFormat { Label = label });
        Assert.Contains(reason, Assert.Throws<DataException>(() => file.Open(null)).Message, StringComparison.Ordinal);
        Assert.Contains(reason, Assert.Throws<DataException>(file.Inspect).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Open_BeyondLimits_SaysBothNumbers()
    {
        var limits = new SourceLimits { MaxLineInBytes = 100_000, MaxColumns = 1_000 };
        SourceFile longLine = _files.Source("a.csv", new string('1', 100_001), limits: limits);
        Assert.Contains("line 1 is longer than the 100000 bytes", Assert.Throws<DataException>(() => longLine.Open(null)).Message, StringComparison.Ordinal);
        SourceFile wide = _files.Source("a.csv", new string(',', 1_000), limits: limits);
        Assert.Contains("1001 columns; at most 1000", Assert.Throws<DataException>(() => wide.Open(null)).Message, StringComparison.Ordinal);
        SourceFile packed = _files.Source("a.csv.gz", WrittenFiles.Gzip(new byte[10_000_000]), limits: limits);
        Assert.Throws<DataException>(() => packed.Open(null));
    }

    [Fact]
    public void Open_ShortRowsBelowAWideOne_TakeNoMemoryForWhatIsMissing()
    {
        string text = string.Join(',', Enumerable.Repeat("1", 10_000)) + "\n" + string.Concat(Enumerable.Repeat("1\n", 10_000));
        SourceFile file = _files.Source("a.csv", text);
        Assert.Contains("but it has only 20000", Assert.Throws<DataException>(() => file.Open(null)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Open_NothingButBadRows_IsRefusedOnceThereAreTooMany()
    {
        SourceFile file = _files.Source("a.csv", "1,2\n" + string.Concat(Enumerable.Repeat("x,1\n", 70_000)));
        Assert.Contains("more than 65536 rows cannot be read", Assert.Throws<DataException>(() => file.Open(null)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Open_LinesLongerThanTheBuffer_AreRead()
    {
        float[] values = [.. Enumerable.Range(0, 50_000).Select(i => (float)i)];
        string line = string.Join(',', values.Select(value => value.ToString("R")));
        ReadArray array = Assert.Single(ReadArray.ByRows(_files.Source("a.csv.gz", WrittenFiles.Gzip(Encoding.UTF8.GetBytes($"{line}\n{line}\n{line}")))));
        Assert.Equal<nint>([3, 50_000], array.Shape);
        Assert.Equal([.. values, .. values, .. values], MemoryMarshal.Cast<byte, float>(array.Bytes).ToArray());
    }

    [Fact]
    public void Open_BeyondTheBudget_NamesTheTable()
    {
        var budget = new MemoryBudget(100);
        SourceFile file = _files.Source("a.csv", string.Concat(Enumerable.Repeat("1,2\n", 100)));
        Assert.Contains("The table of 'a.csv' needs 832 bytes", Assert.Throws<PescadorException>(() => file.Open(budget)).Message, StringComparison.Ordinal);
        Assert.Equal(0, budget.UsedInBytes);
    }

    [Theory]
    [InlineData('1')]
    [InlineData('.')]
    [InlineData('"')]
    [InlineData('\n')]
    [InlineData('é')]
    public void Separator_PartOfANumber_IsRefused(char separator) =>
        Assert.Throws<ArgumentException>(() => new CsvFile("a.csv", new CsvFormat { Separator = separator }, SourceLimits.Default));

    [Fact]
    public void Names_Equal_AreRefused() =>
        Assert.Throws<ArgumentException>(() => new CsvFile("a.csv", new CsvFormat { LabelName = "X" }, SourceLimits.Default));

    [Fact]
    public void Inspect_Header_IsNoted() =>
        Assert.Equal("the first line names the columns a, b", Assert.Single(_files.Source("a.csv", "a,b\n1,2\n").Inspect().Notes));

    private static string Show(ReadArray array)
    {
        IEnumerable<string> values = array.Type switch
        {
            "float32" => As<float>(array.Bytes),
            "float64" => As<double>(array.Bytes),
            "float16" => As<Half>(array.Bytes),
            "int8" => As<sbyte>(array.Bytes),
            "uint8" => As<byte>(array.Bytes),
            "int64" => As<long>(array.Bytes),
            "uint64" => As<ulong>(array.Bytes),
            _ => As<bool>(array.Bytes),
        };
        return string.Join(' ', [$"{array.Name} {array.Type}[{string.Join(',', array.Shape)}]", .. values]);
    }

    private static string[] As<T>(byte[] bytes) where T : unmanaged =>
        Array.ConvertAll(MemoryMarshal.Cast<byte, T>(bytes).ToArray(), value => value.ToString()!);
}
