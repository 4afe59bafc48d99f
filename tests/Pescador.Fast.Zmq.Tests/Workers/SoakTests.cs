using System.Diagnostics;
using System.Globalization;

namespace Pescador.Fast.Zmq.Tests.Workers;

/// <summary>Streaming under faults: workers are killed and sockets cut all the time, and not one sample is lost, repeated or out of turn. PESCADOR_SOAK_SECONDS
/// says how long; the ordinary run has the short form.</summary>
[Collection(AloneTests.Name)] // memory of the process is measured
public sealed class SoakTests
{
    private const int ShortSeconds = 6;
    private const int WorkersAtOnce = 3;
    private const long AllowedGrowth = 48 << 20; // bytes; noise of the heap and of the tests beside this

    private static readonly TimeSpan Length = TimeSpan.FromSeconds(
        int.TryParse(Environment.GetEnvironmentVariable("PESCADOR_SOAK_SECONDS"), CultureInfo.InvariantCulture, out int seconds) ? seconds : ShortSeconds);

    [Fact]
    [Trait("Category", "Soak")]
    public void SharedMemory_WhereWorkersAreKilled_LosesAndRepeatsNothingAndMemoryStaysFlat() => Soak(WorkerTransport.SharedMemory);

    [Fact]
    [Trait("Category", "Soak")]
    public void Tcp_WhereWorkersAreKilledAndSocketsCut_LosesAndRepeatsNothingAndMemoryStaysFlat() => Soak(WorkerTransport.Tcp);

    private static void Soak(WorkerTransport transport)
    {
        var random = new Random(7);
        var proxies = new List<CuttingProxy>();
        var numbers = new WorkerStreams.Numbers(500, Batch: 8);
        var options = new WorkerOptions
        {
            Transport = transport,
            MaxRestarts = int.MaxValue,
            Route = transport == WorkerTransport.Tcp ? Route : null,
        };
        ZmqStreamer streamer = ZmqStreamer.InProcesses(WorkerStreams.Mixed, numbers, WorkersAtOnce, options);
        long faults = 0;
        try
        {
            using ActiveStream<Sample> actual = streamer.WithSeed(8).Open(TestContext.Current.CancellationToken);
            using ActiveStream<Sample> expected =
                WorkerStreams.Mixed(numbers).Prefetch(2, WorkersAtOnce).WithSeed(8).Open(TestContext.Current.CancellationToken);
            long began = Stopwatch.GetTimestamp();
            long memoryBefore = 0;
            int untilFault = 200;
            while (Stopwatch.GetElapsedTime(began) < Length)
            {
                Assert.True(actual.MoveNext() && expected.MoveNext());
                using Sample here = expected.Current;
                using Sample there = actual.Current;
                Assert.Equal(Reading.Describe(here), Reading.Describe(there));
                if (--untilFault == 0)
                {
                    untilFault = random.Next(1, 3000);
                    faults += transport == WorkerTransport.Tcp && random.Next(2) == 0 ? Cut() : Kill(there["process"].Span<int>()[0]);
                    if (memoryBefore == 0 && Stopwatch.GetElapsedTime(began) > Length / 3)
                    {
                        memoryBefore = Resident();
                    }
                }
            }

            long grown = memoryBefore == 0 ? 0 : Resident() - memoryBefore;
            Assert.True(grown < AllowedGrowth, $"{grown} bytes more than after a third of the time, {faults} faults");
            Assert.True(faults > 0);
            TestContext.Current.TestOutputHelper?.WriteLine(
                $"{streamer.Counters.Sum(static worker => worker.Samples)} batches, {faults} faults, {streamer.Counters.Sum(static worker => worker.Restarts)} restarts, {grown} bytes more");
        }
        finally
        {
            proxies.ForEach(static proxy => proxy.Dispose());
        }

        string Route(string endpoint)
        {
            var proxy = new CuttingProxy(endpoint);
            proxies.Add(proxy);
            return proxy.Endpoint;
        }

        int Cut()
        {
            // The newest: those of workers that were started again lead nowhere any more.
            proxies[^random.Next(1, Math.Min(WorkersAtOnce, proxies.Count) + 1)].Cut();
            if (proxies.Count > 4 * WorkersAtOnce)
            {
                proxies[0].Dispose();
                proxies.RemoveAt(0);
            }

            return 1;
        }
    }

    private static int Kill(int id)
    {
        try
        {
            using var process = Process.GetProcessById(id);
            process.Kill();
            return 1;
        }
        catch (ArgumentException)
        {
            return 0; // killed before
        }
    }

    private static long Resident()
    {
        GC.Collect();
        GC.WaitForPendingFinalizers();
        GC.Collect();
        return File.ReadLines("/proc/self/status")
            .Where(static line => line.StartsWith("RssAnon:", StringComparison.Ordinal) || line.StartsWith("RssShmem:", StringComparison.Ordinal))
            .Sum(static line => long.Parse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[^2], CultureInfo.InvariantCulture) * 1024);
    }
}
