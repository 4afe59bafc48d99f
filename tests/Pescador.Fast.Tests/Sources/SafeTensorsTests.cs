using System.Buffers.Binary;

namespace Pescador.Fast.Tests;

public sealed class SafeTensorsTests : IDisposable
{
    private readonly WrittenFiles _files = new();

    public void Dispose() => _files.Dispose();

    [Theory]
    [InlineData("""{"a":{"dtype":"F32","shape":[2,1],"data_offsets":[0,8]},"b":{"dtype":"U8","shape":[2,2],"data_offsets":[8,12]}}""", "")]
    [InlineData("""{"b":{"data_offsets":[8,12],"shape":[2,2],"dtype":"U8"},"a":{"dtype":"F32","shape":[2,1],"data_offsets":[0,8]}}   """, "")]
    [InlineData("""{"__metadata__":{"k":"v"},"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]},"b":{"dtype":"U8","shape":[4],"data_offsets":[8,12]}}""", "")]
    [InlineData("""{"a":{"dtype":"F32","shape":[3],"data_offsets":[0,12]},"e":{"dtype":"F32","shape":[0,7],"data_offsets":[12,12]}}""", "")]
    [InlineData("""{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}}""", "cover 8 bytes, but the file has 12")]
    [InlineData("""{"a":{"dtype":"F32","shape":[4],"data_offsets":[0,16]}}""", "only 12 bytes")]
    [InlineData("""{"a":{"dtype":"F32","shape":[2],"data_offsets":[4,12]}}""", "hole")]
    [InlineData("""{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]},"b":{"dtype":"F32","shape":[2],"data_offsets":[4,12]}}""", "overlaps")]
    [InlineData("""{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,12]}}""", "takes 8 bytes")]
    [InlineData("""{"a":{"dtype":"F32","shape":[3],"data_offsets":[12,0]}}""", "from byte 12 to byte 0")]
    [InlineData("""{"a":{"dtype":"F32","shape":[-3],"data_offsets":[0,12]}}""", "no whole number")]
    [InlineData("""{"a":{"dtype":"F32","shape":[3.5],"data_offsets":[0,12]}}""", "no whole number")]
    [InlineData("""{"a":{"dtype":"F32","shape":[4611686018427387904,4],"data_offsets":[0,12]}}""", "more bytes than can be addressed")]
    [InlineData("""{"a":{"dtype":"F32","shape":[3],"data_offsets":[0]}}""", "missing")]
    [InlineData("""{"a":{"dtype":"F32","shape":[3],"data_offsets":[0,12,24]}}""", "more than 2 numbers")]
    [InlineData("""{"a":{"dtype":"F32","data_offsets":[0,12]}}""", "missing")]
    [InlineData("""{"a":{"dtype":"F32","shape":[3],"shape":[3],"data_offsets":[0,12]}}""", "'shape' is unknown or there twice")]
    [InlineData("""{"a":{"dtype":"F32","shape":[3],"data_offsets":[0,12],"more":1}}""", "'more' is unknown")]
    [InlineData("""{"a":{"dtype":"F8_E4M3","shape":[12],"data_offsets":[0,12]}}""", "'F8_E4M3' is not read")]
    [InlineData("""{"a":{"dtype":7,"shape":[12],"data_offsets":[0,12]}}""", "dtype is Number")]
    [InlineData("""{"a":{"dtype":"U8","shape":{},"data_offsets":[0,12]}}""", "shape is StartObject")]
    [InlineData("""{"a":{"dtype":"U8","shape":[[12]],"data_offsets":[0,12]}}""", "no JSON")]
    [InlineData("""{"a":[[[[[[[[]]]]]]]]}""", "not StartObject")]
    [InlineData("""{"a":{"dtype":"U8","shape":[12],"data_offsets":[0,12]},"a":{"dtype":"U8","shape":[12],"data_offsets":[0,12]}}""", "'a' twice")]
    [InlineData("""{"":{"dtype":"U8","shape":[12],"data_offsets":[0,12]}}""", "no name")]
    [InlineData("""{"too long":{"dtype":"U8","shape":[12],"data_offsets":[0,12]}}""", "a name of 8 characters; at most 7")]
    [InlineData("""{"__metadata__":{"k":{}},"a":{"dtype":"U8","shape":[12],"data_offsets":[0,12]}}""", "no string")]
    [InlineData("""{"__metadata__":[],"a":{"dtype":"U8","shape":[12],"data_offsets":[0,12]}}""", "not an object")]
    [InlineData("""{"a":{"dtype":"U8","shape":[12],"data_offsets":[0,12]}} x""", "no JSON")]
    [InlineData("""{"a":{"dtype":"U8","shape":[12],"data_offsets":[0,12]}""", "no JSON")]
    [InlineData("""["a"]""", "begin with '{'")]
    [InlineData("", "begin with '{'")]
    public void Inspect_Header_IsReadOrSaysWhatIsWrong(string header, string reason)
    {
        SourceFile file = _files.Source("a.safetensors", WrittenFiles.SafeTensors(header, 12), limits: new SourceLimits { MaxNameLength = reason.Contains("at most 7", StringComparison.Ordinal) ? 7 : 100 });
        if (reason.Length == 0)
        {
            Assert.Equal(["a", header.Contains("\"e\"", StringComparison.Ordinal) ? "e" : "b"], file.Inspect().Arrays.Select(array => array.Name));
            return;
        }

        Assert.Contains(reason, Assert.Throws<DataException>(file.Inspect).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(long.MaxValue, "at most 100000000")]
    [InlineData(-1, "at most 100000000")]
    [InlineData(1_000, "only 81 follow")]
    [InlineData(20, "no JSON")]
    [InlineData(0, "begin with '{'")]
    public void Inspect_HeaderLength_IsCheckedAgainstLimitAndFile(long length, string reason)
    {
        byte[] bytes = WrittenFiles.SafeTensors("""{"a":{"dtype":"U8","shape":[12],"data_offsets":[0,12]}}""".PadRight(69), 12);
        BinaryPrimitives.WriteInt64LittleEndian(bytes, length);
        Assert.Contains(reason, Assert.Throws<DataException>(_files.Source("a.safetensors", bytes).Inspect).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Inspect_DeepNesting_IsRefusedWithoutRecursion()
    {
        string header = $$"""{"__metadata__":{"k":{{string.Concat(Enumerable.Repeat("[", 1_000_000))}}""";
        Assert.Throws<DataException>(_files.Source("a.safetensors", WrittenFiles.SafeTensors(header, 0)).Inspect);
    }

    [Fact]
    public void Inspect_Metadata_IsNoted()
    {
        SourceInfo info = _files.Source("a.safetensors", WrittenFiles.SafeTensors("""{"__metadata__":{"format":"pt","by":"me"}}""", 0)).Inspect();
        Assert.Equal("__metadata__: format, by", Assert.Single(info.Notes));
    }
}
