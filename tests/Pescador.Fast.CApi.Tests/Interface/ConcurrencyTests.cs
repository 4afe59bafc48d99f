using Pescador.Fast.CApi.Tests.Support;

namespace Pescador.Fast.CApi.Tests.Interface;

[Collection(ProcessWide.Name)]
public sealed class ConcurrencyTests : IDisposable
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(120);

    private readonly DataFolder _data = DataFolder.OfRows();
    private readonly Balance _before = Balance.Now;

    public void Dispose()
    {
        Assert.Equal(_before, Balance.Now);
        _data.Dispose();
    }

    [Fact]
    public async Task Counters_WhileAnotherThreadPulls_AreAGlimpseThatOnlyGrows()
    {
        ulong stream = Api.Open($$"""{"files": "{{_data.Path}}", "batch": 3, "mux": {"active": 2, "rate": 2} }""");
        Task<List<float>> pulling = Task.Run(() => Api.Drain(stream, 5000), TestContext.Current.CancellationToken);
        long before = 0;
        do
        {
            long samples = Api.Counter(stream, "samples");
            Assert.InRange(samples, before, 15_000);
            before = samples;
        }
        while (!pulling.IsCompleted);

        Assert.Equal(15_000, (await pulling.WaitAsync(Limit, TestContext.Current.CancellationToken)).Count);
        Assert.Equal(15_000, Api.Counter(stream, "samples"));
        Api.Close(stream);
    }

    [Fact]
    public async Task Save_WhileAnotherThreadPulls_StandsBetweenTwoBatches()
    {
        const int BatchesAfter = 1000;
        string json = $$"""{"files": "{{_data.Path}}", "batch": 3, "mux": {"active": 2, "rate": 2} }""";
        ulong stream = Api.Open(json);
        bool isSaved = false;
        Task<List<float>> pulling = Task.Run(Pull, TestContext.Current.CancellationToken);
        byte[] state;
        try
        {
            state = Api.Save(stream);
        }
        finally
        {
            Volatile.Write(ref isSaved, true);
        }

        List<float> unbroken = await pulling.WaitAsync(Limit, TestContext.Current.CancellationToken);
        Api.Close(stream);

        ulong resumed = Api.Open(json, state);
        List<float> rest = Api.Drain(resumed, BatchesAfter);
        Api.Close(resumed);
        Assert.Contains(
            Enumerable.Range(0, (unbroken.Count / 3) - BatchesAfter + 1).Select(static batch => 3 * batch),
            start => unbroken.Skip(start).Take(rest.Count).SequenceEqual(rest));

        // Until the state was saved, and then for a while.
        List<float> Pull()
        {
            List<float> rows = [];
            while (!Volatile.Read(ref isSaved))
            {
                rows.AddRange(Api.Drain(stream, 10));
            }

            rows.AddRange(Api.Drain(stream, BatchesAfter));
            return rows;
        }
    }

    [Fact]
    public async Task Streams_OpenedCancelledAndClosedByManyThreads_EndBalanced()
    {
        await Task.WhenAll(Enumerable.Range(0, 4).Select(number => Task.Run(() => Work(number), TestContext.Current.CancellationToken))).WaitAsync(Limit, TestContext.Current.CancellationToken);

        void Work(int number)
        {
            var random = new StreamRandom((ulong)number);
            for (int round = 0; round < 100; round++)
            {
                ulong stream = Api.Open(_data.Json(", \"timeout\": 600"));
                Task<int> pulling = Task.Run(() => Pull(stream));
                for (int spins = random.Next(200); spins > 0; spins--)
                {
                    Thread.SpinWait(100);
                }

                if (random.Next(2) == 0)
                {
                    Assert.Equal(0, Api.Cancel(stream));
                }

                Api.Close(stream);
                Assert.True(pulling.Wait(Limit));
                Assert.Contains(pulling.Result, (int[])[0, -2, -6]);
            }
        }

        // Exports each batch, and lets exports and batches go in different orders.
        static int Pull(ulong stream)
        {
            nint held = 0;
            int code;
            while ((code = Api.Next(stream, out BatchInfo batch, timeout: -1)) == 1)
            {
                nint exported = Api.Export(batch.Batch, 0);
                Api.Release(batch.Batch);
                if (held != 0)
                {
                    Api.Delete(held);
                }

                held = exported;
            }

            if (held != 0)
            {
                Api.Delete(held);
            }

            return code;
        }
    }
}
