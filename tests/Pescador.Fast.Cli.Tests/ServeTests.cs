using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text.Json;

namespace Pescador.Fast.Cli.Tests;

[Collection(ConsoleTests.Name)]
public sealed class ServeTests : IDisposable
{
    private const string AnyPort = "tcp://127.0.0.1:0";
    private static readonly string[] Epoch = ["--mode", "exhaustive", "--batch", "16", "--json"];

    private readonly RoutedConsole _console = new();
    private readonly TemporaryFolder _folder = new();

    public ServeTests()
    {
        for (int i = 0; i < 5; i++)
        {
            _folder.Npy($"{i}", rows: 40, width: 3);
        }
    }

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public void Dispose()
    {
        _folder.Dispose();
        _console.Dispose();
    }

    [Theory]
    [InlineData(AnyPort)]
    [InlineData("tcp://127.0.0.1:49152-65535")]
    [InlineData("ipc://FOLDER/batches")]
    [InlineData("shm://FOLDER/batches")]
    [InlineData("inproc://serve-tests")]
    public void Serve_AnEpoch_IsDrainedWhole(string endpoint)
    {
        Assert.SkipUnless(OperatingSystem.IsLinux() || !endpoint.StartsWith("shm", StringComparison.Ordinal), "memory is shared on Linux only");
        using RunningCommand serve = Serve([.. Epoch, "--checksum", "--endpoint", endpoint.Replace("FOLDER", _folder["."], StringComparison.Ordinal)]);
        string bound = serve.WaitForLine("serving at ");
        Assert.DoesNotContain(":0", bound, StringComparison.Ordinal);
        using RunningCommand drain = RunningCommand.Start("drain", bound, "--checksum", "--json");
        JsonElement received = drain.EndWithJson();
        JsonElement sent = serve.EndWithJson();
        Assert.Equal(("exhausted", "completed"), (sent.GetProperty("ended").GetString(), received.GetProperty("ended").GetString()));
        Assert.Equal((200, 200 * 3 * sizeof(float), 13), Counts(sent));
        Assert.Equal(Counts(sent), Counts(received));
        Assert.Equal(sent.GetProperty("checksum").GetString(), received.GetProperty("checksum").GetString());
        Assert.Equal(bound, sent.GetProperty("endpoint").GetString());
        Assert.Equal("{X float32[16,3]}", received.GetProperty("form").GetString());
        Assert.Equal(13, received.GetProperty("workers")[0].GetProperty("batches").GetInt64());
    }

    [Fact]
    public void Serve_ToAConsumerThatBinds_Connects()
    {
        using RunningCommand drain = RunningCommand.Start("drain", AnyPort, "--bind", "--json");
        using RunningCommand serve = Serve([.. Epoch, "--connect", "--endpoint", drain.WaitForLine("draining at ")]);
        Assert.Equal(Counts(drain.EndWithJson()), Counts(serve.EndWithJson()));
        Assert.Contains("serving to tcp://127.0.0.1:", serve.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void Serve_WithoutJson_BeginsWithItsEndpointAndEndsWithFigures()
    {
        using RunningCommand serve = Serve("--mode", "exhaustive", "--endpoint", AnyPort);
        using RunningCommand drain = RunningCommand.Start("drain", serve.WaitForLine("serving at "));
        CommandOutput received = drain.End();
        CommandOutput sent = serve.End();
        Assert.Equal((0, "", 0, ""), (sent.ExitCode, sent.Error, received.ExitCode, received.Error));
        Assert.StartsWith("serving at tcp://127.0.0.1:", sent.Out, StringComparison.Ordinal);
        Assert.Contains("in 2 batches of 128", sent.Out, StringComparison.Ordinal);
        Assert.Contains("that was all of it", sent.Out, StringComparison.Ordinal);
        Assert.StartsWith("draining tcp://127.0.0.1:", received.Out, StringComparison.Ordinal);
        Assert.Contains("{X float32[128,3]}", received.Out, StringComparison.Ordinal);
        Assert.Contains("; completed", received.Out, StringComparison.Ordinal);
    }

    [Fact]
    public void Serve_UnderTheSameSeed_SendsTheSameBatches()
    {
        Assert.Equal(Checksum("7"), Checksum("7"));
        Assert.NotEqual(Checksum("7"), Checksum("8"));

        string? Checksum(string seed)
        {
            using RunningCommand serve = Serve("--batches", "20", "--seed", seed, "--checksum", "--json", "--endpoint", AnyPort);
            using RunningCommand drain = RunningCommand.Start("drain", serve.WaitForLine("serving at "), "--checksum", "--json");
            string? received = drain.EndWithJson().GetProperty("checksum").GetString();
            JsonElement sent = serve.EndWithJson();
            Assert.Equal(("batches", 20), (sent.GetProperty("ended").GetString(), sent.GetProperty("batches").GetInt64()));
            Assert.Equal(sent.GetProperty("checksum").GetString(), received);
            return received;
        }
    }

    [Fact]
    public void Serve_ForEpochs_SendsAllOfThemEachInAnOrderOfItsOwn()
    {
        using RunningCommand serve = Serve([.. Epoch, "--epochs", "3", "--endpoint", AnyPort]);
        using ManualConsumer consumer = new(serve.WaitForLine("serving at "));
        float[] firsts = [.. consumer.Rows(Cancellation)];
        Assert.Equal(600, firsts.Length);
        float[][] epochs = [.. firsts.Chunk(200)];
        Assert.All(epochs, epoch => Assert.Equal(epochs[0].Order(), epoch.Order()));
        Assert.NotEqual(epochs[0], epochs[1]);
        Assert.Equal((600, 39), (Counts(serve.EndWithJson()).Samples, 39));
    }

    [Fact]
    public void Serve_ForSomeTime_EndsWell()
    {
        using RunningCommand serve = Serve("--seconds", "0.5", "--json", "--endpoint", AnyPort);
        using RunningCommand drain = RunningCommand.Start("drain", serve.WaitForLine("serving at "), "--json");
        Assert.Equal("completed", drain.EndWithJson().GetProperty("ended").GetString());
        Assert.Equal("time", serve.EndWithJson().GetProperty("ended").GetString());
    }

    [Fact]
    public void Serve_ForSomeTimeToNobody_EndsAfterIt()
    {
        using RunningCommand serve = Serve("--seconds", "0.2", "--json", "--endpoint", AnyPort);
        JsonElement result = serve.EndWithJson();
        Assert.Equal(("time", 0), (result.GetProperty("ended").GetString(), result.GetProperty("batches").GetInt64()));
        Assert.Contains("No consumer", result.GetProperty("bottleneck").GetString(), StringComparison.Ordinal);
        Assert.True(result.GetProperty("waited_seconds").GetDouble() > 0);
    }

    [Fact]
    public async Task Serve_ToSeveralConsumers_SpreadsTheBatches()
    {
        const int Width = 4096; // 48 MiB in all, far more than waits in sockets
        using var folder = new TemporaryFolder();
        folder.Npy("wide", rows: 100, Width);
        using RunningCommand serve = RunningCommand.Start("serve", folder["."], "--push", "--batches", "200", "--batch", "16", "--json", "--endpoint", AnyPort);
        string bound = serve.WaitForLine("serving at ");
        using ManualConsumer first = new(bound, ZmqPattern.PushPull);
        using ManualConsumer second = new(bound, ZmqPattern.PushPull);
        Assert.True(first.TryTake(Cancellation) && second.TryTake(Cancellation)); // both are there before much is gone
        int[] rows = await Task.WhenAll(
            Task.Run(() => first.Rows(Cancellation).Count(), Cancellation), Task.Run(() => second.Rows(Cancellation).Count(), Cancellation));
        Assert.Equal(198 * 16, rows.Sum());
        Assert.Equal(200 * 16, Counts(serve.EndWithJson()).Samples);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Serve_Interrupted_EndsWithTheSummary(bool hasConsumer)
    {
        using RunningCommand serve = Serve("--json", "--endpoint", AnyPort);
        string bound = serve.WaitForLine("serving at ");
        using ManualConsumer consumer = new(bound);
        Assert.True(!hasConsumer || (consumer.TryTake(Cancellation) && consumer.TryTake(Cancellation))); // when the second is there, the first was counted
        serve.Cancel();
        JsonElement result = serve.EndWithJson(exitCode: 130);
        Assert.Equal("interrupted", result.GetProperty("ended").GetString());
        Assert.Equal(hasConsumer, result.GetProperty("batches").GetInt64() > 0);
    }

    [Fact]
    public void Serve_WhenItsConsumerLeaves_SaysSoWithTheSummary()
    {
        using RunningCommand serve = Serve("--json", "--endpoint", AnyPort);
        using RunningCommand drain = RunningCommand.Start("drain", serve.WaitForLine("serving at "), "--seconds", "0.3", "--json");
        Assert.Equal("time", drain.EndWithJson().GetProperty("ended").GetString());
        JsonElement result = serve.EndWithJson(exitCode: 1);
        Assert.Equal("failed", result.GetProperty("ended").GetString());
        Assert.Contains(result.GetProperty("error").GetString()!, serve.Error, StringComparison.Ordinal);
        Assert.True(result.GetProperty("batches").GetInt64() > 0);
    }

    [Fact]
    public void Serve_AtAPortThatIsTaken_SaysSo()
    {
        using var taken = new TcpListener(IPAddress.Loopback, 0);
        taken.Start();
        string endpoint = string.Create(CultureInfo.InvariantCulture, $"tcp://127.0.0.1:{((IPEndPoint)taken.LocalEndpoint).Port}");
        CommandOutput result = Serve("--endpoint", endpoint).End();
        Assert.Equal((1, ""), (result.ExitCode, result.Out));
        Assert.Contains(endpoint["tcp://".Length..], result.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(2, "Option '--endpoint' is required")]
    [InlineData(2, "has no scheme", "--endpoint", "nonsense")]
    [InlineData(2, "scheme 'udp' is unknown", "--endpoint", "udp://a:1")]
    [InlineData(2, "can only be bound", "--endpoint", "tcp://127.0.0.1:0", "--connect")]
    [InlineData(2, "--epochs goes with --mode exhaustive", "--endpoint", AnyPort, "--epochs", "2")]
    [InlineData(2, "--batches is at least 1", "--endpoint", AnyPort, "--batches", "0")]
    [InlineData(2, "--seconds is above 0", "--endpoint", AnyPort, "--seconds", "0")]
    [InlineData(2, "There is no option '--bind'", "--endpoint", AnyPort, "--bind")]
    [InlineData(2, "--active 9 is more than the 5 files", "--endpoint", AnyPort, "--active", "9")]
    [InlineData(1, "give --allow-plaintext", "--endpoint", "tcp://192.0.2.1:5555")]
    [InlineData(1, "give --allow-plaintext", "--endpoint", "tcp://*:5555")]
    [InlineData(1, "no-such-folder", "--endpoint", "ipc:///no-such-folder/batches")]
    public void Serve_AskedForWhatCannotBe_SaysSo(int exitCode, string message, params string[] options)
    {
        CommandOutput result = Serve(options).End();
        Assert.Equal(exitCode, result.ExitCode);
        Assert.Contains(message, result.Error, StringComparison.Ordinal);
        Assert.Single(result.Error.Trim().Split('\n'));
        Assert.DoesNotContain("Parameter", result.Error, StringComparison.Ordinal);
    }

    private RunningCommand Serve(params string[] options) => RunningCommand.Start(["serve", _folder["."], .. options]);

    private static (long Samples, long Bytes, long Batches) Counts(JsonElement result) =>
        (result.GetProperty("samples").GetInt64(), result.GetProperty("bytes").GetInt64(), result.GetProperty("batches").GetInt64());

    /// <summary>A consumer that takes by hand.</summary>
    private sealed class ManualConsumer(string endpoint, ZmqPattern pattern = ZmqPattern.Pair) : IDisposable
    {
        private ActiveStream<Sample>? _stream;

        internal bool TryTake(CancellationToken cancellation)
        {
            bool hasNext = Open(cancellation).MoveNext();
            _stream!.Value.Current.Dispose();
            return hasNext;
        }

        /// <summary>The first feature of each row that is left.</summary>
        internal IEnumerable<float> Rows(CancellationToken cancellation)
        {
            ActiveStream<Sample> stream = Open(cancellation);
            while (stream.MoveNext())
            {
                using Sample batch = stream.Current;
                for (int i = 0; i < batch.Length; i++)
                {
                    yield return batch["X"].Rows[i, 0];
                }
            }
        }

        public void Dispose() => _stream?.Dispose();

        private ActiveStream<Sample> Open(CancellationToken cancellation) =>
            _stream ??= ZmqStreamer.Connect(endpoint, pattern: pattern).Open(cancellation);
    }
}
