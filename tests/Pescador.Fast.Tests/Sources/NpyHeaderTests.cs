namespace Pescador.Fast.Tests;

public sealed class NpyHeaderTests : IDisposable
{
    private readonly WrittenFiles _files = new();

    public void Dispose() => _files.Dispose();

    [Theory]
    [InlineData("{'descr': '<f4', 'fortran_order': False, 'shape': (2, 3), }", "X float32[2,3]")]
    [InlineData("{\"shape\":(2L,3L),\"fortran_order\":False,\"descr\":\"<f4\"}", "X float32[2,3]")]
    [InlineData("  {u'descr' : '|u1' , 'fortran_order':True,\n 'shape':(2,)}  ", "X uint8[2]")]
    [InlineData("{'descr': '=i2', 'fortran_order': False, 'shape': (0, 5)}", "X int16[0,5]")]
    [InlineData("{'descr': 'f8', 'fortran_order': False, 'shape': (1,)}", "X float64[1]")]
    [InlineData("{'descr': '<c8', 'fortran_order': False, 'shape': (2,)}", "X float32[2,2]")]
    [InlineData("{'descr': [('a', '<f4'), ('', '|V4'), ('b', '|b1', (2, 2)), ('c', '<i4', 3)], 'fortran_order': False, 'shape': (2,)}", "a float32[2] b bool[2,2,2] c int32[2,3]")]
    [InlineData("{'descr': [(('the \\'title\\'', 'a\\x62'), '<f4')], 'fortran_order': False, 'shape': (2,)}", "ab float32[2]")]
    [InlineData("{'descr': [('none', '<f4', (0,)), ('a', '<f4')], 'fortran_order': False, 'shape': (2,)}", "none float32[2,0] a float32[2]")]
    public void Read_Dictionary_GivesArrays(string dictionary, string expected)
    {
        foreach (int version in (int[])[1, 2, 3])
        {
            SourceInfo info = _files.Source("a.npy", WrittenFiles.Npy(dictionary, 48, version)).Inspect();
            Assert.Equal(expected, string.Join(' ', info.Arrays));
        }
    }

    [Theory]
    [InlineData("{'descr': '<f4', 'fortran_order': False}", "no 'shape'")]
    [InlineData("{'descr': '<f4', 'shape': (2,)}", "no 'fortran_order'")]
    [InlineData("{'fortran_order': False, 'shape': (2,)}", "no 'descr'")]
    [InlineData("{}", "no 'descr'")]
    [InlineData("", "its end")]
    [InlineData("{'descr': '<f4', 'fortran_order': False, 'shape': (2,), 'more': 1}", "unknown key 'more'")]
    [InlineData("{'descr': '<f4', 'fortran_order': False, 'shape': (2,), 'shape': (2,)}", "'shape' twice")]
    [InlineData("{'descr': '<f4', 'fortran_order': 1, 'shape': (2,)}", "True or False")]
    [InlineData("{'descr': '<f4', 'fortran_order': False, 'shape': (2)}", "','")]
    [InlineData("{'descr': '<f4', 'fortran_order': False, 'shape': 2}", "'('")]
    [InlineData("{'descr': '<f4', 'fortran_order': False, 'shape': [2]}", "'('")]
    [InlineData("{'descr': '<f4', 'fortran_order': False, 'shape': (2.5,)}", "','")]
    [InlineData("{'descr': '<f4', 'fortran_order': False, 'shape': (-2,)}", "length -2")]
    [InlineData("{'descr': '<f4', 'fortran_order': False, 'shape': (9223372036854775808,)}", "beyond 64 bits")]
    [InlineData("{'descr': '<f4', 'fortran_order': False, 'shape': (4611686018427387904, 4611686018427387904)}", "more bytes than can be addressed")]
    [InlineData("{'descr': '<f4', 'fortran_order': False, 'shape': (0, 4611686018427387904, 4611686018427387904)}", "more bytes than can be addressed")]
    [InlineData("{'descr': '<f4', 'fortran_order': False, 'shape': (13,)}", "52 bytes, but 48 follow")]
    [InlineData("{'descr': '<f4', 'fortran_order': False, 'shape': (2,)} x", "only blanks")]
    [InlineData("{'descr': '<f4', 'fortran_order': False, 'shape': (2,)", "',' or '}'")]
    [InlineData("{'descr': '<f4', 'fortran_order' False, 'shape': (2,)}", "':'")]
    [InlineData("{'descr': '<f4, 'fortran_order': False, 'shape': (2,)}", "no type string")]
    [InlineData("{'descr': '|O', 'fortran_order': False, 'shape': (2,)}", "pickled Python objects")]
    [InlineData("{'descr': '|S4', 'fortran_order': False, 'shape': (2,)}", "byte strings")]
    [InlineData("{'descr': '<U4', 'fortran_order': False, 'shape': (2,)}", "text")]
    [InlineData("{'descr': '|V4', 'fortran_order': False, 'shape': (2,)}", "void")]
    [InlineData("{'descr': '<M8[ns]', 'fortran_order': False, 'shape': (2,)}", "datetime64")]
    [InlineData("{'descr': '<m8[ns]', 'fortran_order': False, 'shape': (2,)}", "timedelta64")]
    [InlineData("{'descr': '<f16', 'fortran_order': False, 'shape': (2,)}", "longdouble")]
    [InlineData("{'descr': '<c32', 'fortran_order': False, 'shape': (2,)}", "longdouble")]
    [InlineData("{'descr': '<i3', 'fortran_order': False, 'shape': (2,)}", "no element type")]
    [InlineData("{'descr': 'float32', 'fortran_order': False, 'shape': (2,)}", "no type string")]
    [InlineData("{'descr': '', 'fortran_order': False, 'shape': (2,)}", "no element type")]
    [InlineData("{'descr': [], 'fortran_order': False, 'shape': (2,)}", "no fields")]
    [InlineData("{'descr': [('', '|V8')], 'fortran_order': False, 'shape': (2,)}", "no fields")]
    [InlineData("{'descr': [('a', '<f4'), ('a', '<f4')], 'fortran_order': False, 'shape': (2,)}", "'a' is there twice")]
    [InlineData("{'descr': [('', '<f4')], 'fortran_order': False, 'shape': (2,)}", "no name")]
    [InlineData("{'descr': [('a', [('b', '<f4')])], 'fortran_order': False, 'shape': (2,)}", "records in records")]
    [InlineData("{'descr': [('a', '|O')], 'fortran_order': False, 'shape': (2,)}", "field 'a': the type '|O' stands for pickled")]
    [InlineData("{'descr': [('a', '<f4', (4611686018427387904,))], 'fortran_order': False, 'shape': (2,)}", "more bytes than can be addressed")]
    [InlineData("{'descr': [('a', '<f4'], 'fortran_order': False, 'shape': (2,)}", "')'")]
    [InlineData("{'descr': '<f\\q', 'fortran_order': False, 'shape': (2,)}", "escape \\q")]
    public void Read_WrongDictionary_SaysWhatIsWrong(string dictionary, string reason)
    {
        SourceFile file = _files.Source("a.npy", WrittenFiles.Npy(dictionary, 48));

        DataException error = Assert.Throws<DataException>(file.Inspect);

        Assert.Equal("a.npy", error.SourceName);
        Assert.Contains(reason, error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(5, 'X', "not begin with")]
    [InlineData(6, 4, "version 4.0")]
    [InlineData(6, 0, "version 0.0")]
    [InlineData(7, 1, "version 1.1")]
    [InlineData(8, 255, "length is 255 bytes")]
    [InlineData(8, 40, "has no end")]
    [InlineData(9, 255, "65334 bytes, but only 102 follow")]
    public void Read_WrongPrefix_SaysWhatIsWrong(int index, int value, string reason)
    {
        byte[] bytes = WrittenFiles.Npy("{'descr':'<f4','fortran_order':False,'shape':(2,6)}", 48);
        bytes[index] = (byte)value;
        Assert.Contains(reason, Assert.Throws<DataException>(_files.Source("a.npy", bytes).Inspect).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Read_HeaderBeyondLimit_SaysBothNumbers()
    {
        byte[] bytes = WrittenFiles.Npy("{'descr': '<f4', 'fortran_order': False, 'shape': (2,)}", 8, version: 2);
        SourceFile file = _files.Source("a.npy", bytes, limits: new SourceLimits { MaxNpyHeaderInBytes = 100 });
        Assert.Contains("116 bytes; at most 100", Assert.Throws<DataException>(file.Inspect).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Read_LongFieldName_IsRefused()
    {
        byte[] bytes = WrittenFiles.Npy("{'descr': [('abc', '<f4')], 'fortran_order': False, 'shape': (2,)}", 8);
        SourceFile file = _files.Source("a.npy", bytes, limits: new SourceLimits { MaxNameLength = 2 });
        Assert.Contains("name has 3 characters; at most 2", Assert.Throws<DataException>(file.Inspect).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Read_MoreAxesThanTheLimit_IsRefused()
    {
        byte[] bytes = WrittenFiles.Npy($"{{'descr': '<f4', 'fortran_order': False, 'shape': ({string.Concat(Enumerable.Repeat("1,", 65))})}}", 4);
        Assert.Contains("more than 64 axes", Assert.Throws<DataException>(_files.Source("a.npy", bytes).Inspect).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Read_HeaderNotInUtf8_IsRefusedInVersion3Only()
    {
        foreach (int version in (int[])[2, 3])
        {
            byte[] bytes = WrittenFiles.Npy("{'descr': [('n', '<f4')], 'fortran_order': False, 'shape': (2,)}", 8, version);
            bytes[Array.IndexOf(bytes, (byte)'n')] = 0xe9;
            SourceFile file = _files.Source("a.npy", bytes);
            if (version == 2)
            {
                Assert.Equal("é", file.Inspect().Arrays[0].Name);
            }
            else
            {
                Assert.Contains("not in UTF-8", Assert.Throws<DataException>(file.Inspect).Message, StringComparison.Ordinal);
            }
        }
    }

    [Fact]
    public void Open_SeveralFiles_AreOneSample()
    {
        (string, string)[] pairs =
            [("image", _files.Write("x.npy", WrittenFiles.Npy([1, 2, 3, 4], 2, 2))), ("label", _files.Write("y.npy", WrittenFiles.Npy([5, 6], 2)))];
        ReadArray[] arrays = ReadArray.ByRows(new NpyFile(pairs, SourceLimits.Default));
        Assert.Equal(["image", "label"], arrays.Select(array => array.Name));
        Assert.Equal(6f, BitConverter.ToSingle(arrays[1].Bytes, 4));
    }

    [Fact]
    public void Open_SeveralFilesOfOtherLengths_NamesBoth()
    {
        (string, string)[] pairs =
            [("image", _files.Write("x.npy", WrittenFiles.Npy([1, 2, 3, 4], 2, 2))), ("label", _files.Write("y.npy", WrittenFiles.Npy([5, 6, 7], 3)))];
        var file = new NpyFile(pairs, SourceLimits.Default);
        Assert.Contains(
            "'y.npy': the array 'label' has 3 rows, but 'image' in 'x.npy' has 2", Assert.Throws<DataException>(() => file.Open(null)).Message, StringComparison.Ordinal);
        Assert.Null(file.Inspect().Rows);
    }

    [Fact]
    public void Open_TwoFilesWithOneName_IsRefused()
    {
        string path = _files.Write("x.npy", WrittenFiles.Npy([1, 2], 2));
        var file = new NpyFile([("X", path), ("X", path)], SourceLimits.Default);
        Assert.Contains("two arrays have the name 'X'", Assert.Throws<DataException>(() => file.Open(null)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Open_MoreEmptyRowsThanAnyoneReads_IsRefused()
    {
        SourceFile file = _files.Source("a.npy", WrittenFiles.Npy("{'descr': '<f4', 'fortran_order': False, 'shape': (4611686018427387, 0)}"));
        Assert.Contains("rows that hold nothing", Assert.Throws<DataException>(() => file.Open(null)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Inspect_ScalarAndTrailingBytes_AreShown()
    {
        SourceInfo info = _files.Source("a.npy", [.. WrittenFiles.Npy([1f]), 1, 2, 3]).Inspect();
        Assert.Equal("X float32[]", info.Arrays[0].ToString());
        Assert.Null(info.Rows);
        Assert.Equal("3 bytes after the array in 'a.npy' are left out", Assert.Single(info.Notes));
        Assert.Equal(0, info.Arrays[0].OffsetInBytes!.Value % 64);
    }
}
