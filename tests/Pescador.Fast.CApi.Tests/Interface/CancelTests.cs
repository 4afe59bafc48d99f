using Pescador.Fast.CApi.Tests.Support;

namespace Pescador.Fast.CApi.Tests.Interface;

[Collection(ProcessWide.Name)]
public sealed class CancelTests : IDisposable
{
    private readonly DataFolder _data = DataFolder.OfRows();
    private readonly Balance _before = Balance.Now;

    public void Dispose()
    {
        Assert.Equal(_before, Balance.Now);
        _data.Dispose();
    }

    [Fact]
    public async Task Cancel_WhileAnotherThreadWaits_EndsItsWait()
    {
        ulong stream = Api.Open(_data.Json(", \"timeout\": 600"));
        Task<(int Code, List<ulong> Kept)> pulling = PullAll(stream);
        Assert.Equal(0, Api.Cancel(stream));
        (int code, List<ulong> kept) = await pulling.WaitAsync(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken);
        Assert.Equal(-6, code);
        Assert.Equal(-6, Api.Next(stream, out _));
        kept.ForEach(Api.Release);
        Api.Close(stream);
    }

    [Fact]
    public async Task Close_WhileAnotherThreadWaits_EndsItsWait()
    {
        ulong stream = Api.Open(_data.Json(", \"timeout\": 600"));
        Task<(int Code, List<ulong> Kept)> pulling = PullAll(stream);
        await Task.Yield();
        Api.Close(stream);
        (int code, List<ulong> kept) = await pulling.WaitAsync(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken);
        Assert.Contains(code, (int[])[-6, -2]); // -2 where it was between two calls
        kept.ForEach(Api.Release);
        Assert.Equal(-2, Api.Next(stream, out _));
    }

    [Fact]
    public async Task Next_ByTwoThreadsAtOnce_GivesEachBatchToOneOfThem()
    {
        ulong stream = Api.Open(_data.Json());
        List<float>[] drained = await Task.WhenAll(Enumerable.Range(0, 2).Select(_ => Task.Run(() => Api.Drain(stream), TestContext.Current.CancellationToken)));
        Assert.Equal(Enumerable.Range(0, 150).Select(static i => (float)i), drained.SelectMany(static rows => rows).Order());
        Api.Close(stream);
    }

    private static Task<(int Code, List<ulong> Kept)> PullAll(ulong stream) => Task.Run(() =>
    {
        List<ulong> kept = [];
        int code;
        while ((code = Api.Next(stream, out BatchInfo batch, timeout: -1)) == 1)
        {
            kept.Add(batch.Batch);
        }

        return (code, kept);
    });
}
