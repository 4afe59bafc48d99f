using System.Text;
using Pescador.Fast.CApi.Tests.Support;

namespace Pescador.Fast.CApi.Tests.Description;

[Collection(ProcessWide.Name)]
public sealed class OpenErrorTests : IDisposable
{
    private readonly DataFolder _data = DataFolder.OfRows();
    private readonly Balance _before = Balance.Now;

    public void Dispose()
    {
        Assert.Equal(_before, Balance.Now);
        _data.Dispose();
    }

    [Fact]
    public void Open_OfAMissingFile_IsTheLibrarysError() =>
        Assert.Equal((-4, "'nowhere.npy': there is no such file or folder"), Api.OpenWrong("""{"files": "nowhere.npy"}"""));

    [Fact]
    public void Open_OfMoreActiveFilesThanThereAre_IsTheLibrarysError()
    {
        (int code, string error) = Api.OpenWrong($$"""{"files": "{{_data.Path}}", "mux": {"active": 9} }""");
        Assert.Equal(-5, code);
        Assert.Contains("9 active streamers were asked for", error, StringComparison.Ordinal);
    }

    [Fact]
    public void Open_OfTooFewWeights_IsTheLibrarysError() =>
        Assert.Equal(-5, Api.OpenWrong($$"""{"files": "{{_data.Path}}", "mux": {"kind": "shuffled", "weights": [1, 2]} }""").Code);

    [Fact]
    public void Next_UnderABudgetTooSmall_IsTheLibrarysError()
    {
        ulong stream = Api.Open(_data.Json(", \"budget\": \"1KB\""));
        Assert.Equal(-5, Api.Next(stream, out _));
        Assert.Contains("but the memory budget has", Api.LastError, StringComparison.Ordinal);
        Api.Close(stream);
    }

    [Fact]
    public void Next_OfADamagedFile_NamesFileAndReason()
    {
        File.WriteAllText(_data["01.X.npy"], "no array");
        ulong stream = Api.Open(_data.Json());
        int code;
        while ((code = Api.Next(stream, out BatchInfo batch)) == 1)
        {
            Api.Release(batch.Batch);
        }

        Assert.Equal(-4, code);
        Assert.Contains("01.X.npy", Api.LastError, StringComparison.Ordinal);
        Assert.Equal(-4, Api.Next(stream, out _));
        Api.Close(stream);
    }

    [Theory]
    [InlineData(0, -4)]
    [InlineData(1, 1)]
    public void Next_OfABadRow_IsAnErrorUnlessItMayBeSkipped(int skipped, int expected)
    {
        File.WriteAllText(_data["t.csv"], "1,2\n3,oops\n5,6\n");
        ulong stream = Api.Open($$"""{"files": "{{_data["t.csv"]}}", "mux": {"mode": "exhaustive"}, "csv_no_header": true, "skip_bad": {{skipped}}}""");
        Assert.Equal(expected, Api.Next(stream, out BatchInfo batch));
        if (expected == 1)
        {
            Assert.Equal((2L, 1L), (batch.Rows, Api.Counter(stream, "skipped")));
            Api.Release(batch.Batch);
        }

        Api.Close(stream);
    }

    [Fact]
    public void Next_WithNamesToConvert_GivesFloat32AndNamesWhatIsMissing()
    {
        ulong stream = Api.Open(_data.Json(", \"float32\": [\"Y\"]"));
        BatchInfo batch = Api.Next(stream);
        Assert.Equal(2, Api.Tensor(batch.Batch, 1).ElementType.Code);
        Api.Release(batch.Batch);
        Api.Close(stream);

        stream = Api.Open(_data.Json(", \"float32\": [\"Z\"]"));
        Assert.Equal(-5, Api.Next(stream, out _));
        Assert.Equal("There is no tensor 'Z'; there are [X, Y].", Api.LastError);
        Api.Close(stream);
    }

    [Fact]
    public void Open_OfDescriptionsWithRandomDamage_IsAnErrorWithAMessageOrAStream()
    {
        byte[] right = Encoding.UTF8.GetBytes($$"""
            {"files":["{{_data.Path}}"],"held_out":0.2,"part":"training","rows":"permuted","mux":{"kind":"stochastic","mode":"exhaustive","active":2,"rate":3,"weights":[1,2,3]},"batch":4,"float32":["X"],"budget":"1MB","seed":1,"epochs":2}
            """);
        var random = new StreamRandom(11);
        string alphabet = "{}[]\",:0123456789.-eE \\u\0truefalsnul";
        int opened = 0;
        for (int round = 0; round < 20_000; round++)
        {
            List<byte> json = [.. right];
            for (int change = random.Next(4); change >= 0; change--)
            {
                int at = random.Next(json.Count);
                switch (random.Next(4))
                {
                    case 0: json[at] = (byte)random.Next(256); break;
                    case 1: json.RemoveAt(at); break;
                    case 2: json.Insert(at, (byte)alphabet[random.Next(alphabet.Length)]); break;
                    default: json.RemoveRange(at, Math.Min(json.Count - at - 1, random.Next(20))); break;
                }
            }

            (int code, ulong stream) = Api.TryOpen([.. json]);
            Assert.True(code is 0 or (< 0 and not -9), $"{code}: {Api.LastError}: {Encoding.UTF8.GetString([.. json])}");
            Assert.Equal(code == 0, stream != 0);
            if (code == 0)
            {
                opened++;
                Api.Close(stream);
            }
            else
            {
                Assert.NotEmpty(Api.LastError);
            }
        }

        Assert.InRange(opened, 1, 19_000);
    }
}
