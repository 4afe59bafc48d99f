using System.Globalization;
using System.Text.Json;
using Pescador.Fast.Cli.Running;

namespace Pescador.Fast.Cli.Tests;

[Collection(ConsoleTests.Name)]
public sealed class DrainTests : IDisposable
{
    private const string AnyPort = "tcp://127.0.0.1:0";
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly RoutedConsole _console = new();
    private readonly TemporaryFolder _folder = new();

    public DrainTests() => _folder.Npy("a", rows: 40, width: 3);

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public void Dispose()
    {
        _folder.Dispose();
        _console.Dispose();
    }

    [Fact]
    public void Drain_OfSeveralProducers_EndsWhenAllHaveAndCountsEach()
    {
        using RunningCommand drain = RunningCommand.Start("drain", AnyPort, "--bind", "--pull", "--workers", "3", "--checksum", "--json");
        string bound = drain.WaitForLine("draining at ");
        string[] serve = ["serve", _folder["."], "--endpoint", bound, "--connect", "--push", "--mode", "exhaustive", "--batch", "4", "--checksum", "--json"];
        RunningCommand[] producers = [.. Enumerable.Range(0, 3).Select(seed => RunningCommand.Start([.. serve, "--seed", $"{seed}"]))];
        ulong checksum = 0;
        foreach (RunningCommand producer in producers)
        {
            using (producer)
            {
                checksum += ulong.Parse(producer.EndWithJson().GetProperty("checksum").GetString()!, NumberStyles.HexNumber, CultureInfo.InvariantCulture);
            }
        }

        JsonElement result = drain.EndWithJson();
        Assert.Equal(("completed", 120, 30), (result.GetProperty("ended").GetString(), result.GetProperty("samples").GetInt64(), result.GetProperty("batches").GetInt64()));
        Assert.Equal([10L, 10L, 10L], result.GetProperty("workers").EnumerateArray().Select(static worker => worker.GetProperty("batches").GetInt64()));
        Assert.Equal(Checksum.Show(checksum), result.GetProperty("checksum").GetString());
    }

    [Fact]
    public void Drain_OfAProducerThatFails_GivesItsError()
    {
        string table = _folder.Text("t.csv", string.Join('\n', Enumerable.Range(0, 60).Select(static row => row == 57 ? "1,x" : "1,2")));
        using RunningCommand serve =
            RunningCommand.Start("serve", table, "--csv-no-header", "--mode", "exhaustive", "--batch", "1", "--endpoint", AnyPort);
        using RunningCommand drain = RunningCommand.Start("drain", serve.WaitForLine("serving at "), "--verbose");
        CommandOutput received = drain.End();
        CommandOutput sent = serve.End();
        Assert.Equal((1, 1), (sent.ExitCode, received.ExitCode));
        Assert.Contains("line 58, column 1", sent.Error, StringComparison.Ordinal);
        Assert.Contains("pescador drain: ", received.Error, StringComparison.Ordinal);
        Assert.Contains("failed with Pescador.Fast.DataException", received.Error, StringComparison.Ordinal);
        Assert.Contains("line 58, column 1", received.Error, StringComparison.Ordinal);
        Assert.Contains("   at Pescador.Fast.", received.Error, StringComparison.Ordinal); // the stack, there
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Drain_Interrupted_EndsWithTheSummary(bool hasProducer)
    {
        using RunningCommand drain = RunningCommand.Start("drain", AnyPort, "--bind", "--json");
        string bound = drain.WaitForLine("draining at ");
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(Cancellation);
        using var hasSent = new ManualResetEventSlim();
        Task serving = !hasProducer ? Task.CompletedTask : Task.Run(
            () => Streamer.Create(context => Endless(context, hasSent)).Serve(bound, isBinding: false, cancellationToken: stop.Token), Cancellation);
        Assert.True(!hasProducer || hasSent.Wait(Patience, Cancellation));
        drain.Cancel();
        JsonElement result = drain.EndWithJson(exitCode: 130);
        Assert.Equal("interrupted", result.GetProperty("ended").GetString());
        Assert.Equal(hasProducer, result.GetProperty("batches").GetInt64() > 0);
        await stop.CancelAsync();
        await Task.WhenAny(serving).WaitAsync(Patience, Cancellation);
    }

    [Fact]
    public void Drain_ForSomeTimeOfNobody_EndsAfterIt()
    {
        using RunningCommand drain = RunningCommand.Start("drain", AnyPort, "--bind", "--seconds", "0.2", "--json");
        JsonElement result = drain.EndWithJson();
        Assert.Equal(("time", 0), (result.GetProperty("ended").GetString(), result.GetProperty("batches").GetInt64()));
        Assert.Equal(JsonValueKind.Null, result.GetProperty("form").ValueKind);
        Assert.Equal(JsonValueKind.Null, result.GetProperty("checksum").ValueKind);
    }

    // Whole processes, an endless stream, and a real Ctrl-C: where memory is shared the producer sees at once that the consumer is gone.
    [Theory]
    [InlineData(AnyPort, 130)]
    [InlineData("shm://FOLDER/batches", 1)]
    public async Task Drain_OfAnotherProcess_MovesBatchesUntilInterrupted(string endpoint, int exitCodeOfServe)
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "signals are sent by kill, memory is shared on Linux");
        string where = endpoint.Replace("FOLDER", _folder["."], StringComparison.Ordinal);
        using var serve = new ChildCommand("serve", _folder["."], "--mode", "with-replacement", "--endpoint", where);
        string first = await serve.ReadUntilAsync("serving at ");
        using var drain = new ChildCommand("drain", first["serving at ".Length..]);
        await drain.ReadUntilAsync("samples/s");
        drain.Interrupt();
        Assert.Contains("; interrupted", await drain.ReadToEndAsync(), StringComparison.Ordinal);
        Assert.Equal(130, drain.ExitCode);
        if (exitCodeOfServe == 130)
        {
            serve.Interrupt();
        }

        Assert.Contains(exitCodeOfServe == 130 ? "; interrupted" : "; then it failed", await serve.ReadToEndAsync(), StringComparison.Ordinal);
        Assert.Equal(exitCodeOfServe, serve.ExitCode);
    }

    [Theory]
    [InlineData(2, "has no scheme", "nonsense")]
    [InlineData(2, "There is no option '--bnd'.", "--bnd")]
    [InlineData(2, "Unrecognized command or argument '--bnd'", AnyPort, "--bnd")]
    [InlineData(2, "can only be bound", AnyPort)]
    [InlineData(2, "--workers 2 goes with --pull", AnyPort, "--bind", "--workers", "2")]
    [InlineData(2, "--depth is at least 1", AnyPort, "--bind", "--depth", "0")]
    [InlineData(2, "Required argument missing")]
    [InlineData(1, "give --allow-plaintext", "tcp://192.0.2.1:5555")]
    public void Drain_AskedForWhatCannotBe_SaysSo(int exitCode, string message, params string[] arguments)
    {
        CommandOutput result = RunningCommand.Start(["drain", .. arguments]).End();
        Assert.Equal(exitCode, result.ExitCode);
        Assert.Contains(message, result.Error, StringComparison.Ordinal);
        Assert.Single(result.Error.Trim().Split('\n'));
        Assert.DoesNotContain("Parameter", result.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("serve", "pescador serve shards/ --endpoint tcp://10.0.0.1:5555 --allow-plaintext")]
    [InlineData("drain", "pescador drain tcp://127.0.0.1:5555 --bind")]
    public void Help_OfBothEnds_HasExamples(string command, string example) =>
        Assert.Contains(example, RunningCommand.Start(command, "--help").End().Out, StringComparison.Ordinal);

    // As the documentation has it, byte by byte.
    [Theory]
    [InlineData(1)]
    [InlineData(8)]
    [InlineData(1021)]
    public void Checksum_OfASample_IsThatOfItsBytesInTheOrderOfTheNames(int length)
    {
        byte[] bytes = [.. Enumerable.Range(0, length).Select(static number => (byte)(number * 7))];
        float[] floats = [1.5f, -2, 3];
        ulong expected = 14695981039346656037;
        foreach (byte[] tensor in (byte[][])[bytes, [.. floats.SelectMany(BitConverter.GetBytes)]])
        {
            for (int i = 0; i < tensor.Length; i += 8)
            {
                ulong word = 0;
                for (int j = i; j < Math.Min(i + 8, tensor.Length); j++)
                {
                    word |= (ulong)tensor[j] << (8 * (j - i));
                }

                ulong product = (expected ^ word) * 1099511628211;
                expected = (product << 29) | (product >> 35);
            }
        }

        using Sample sorted = Sample.Of(("A", bytes), ("B", floats));
        using Sample unsorted = Sample.Of(("B", floats), ("A", bytes));
        Assert.Equal(expected, Checksum.Of(sorted));
        Assert.Equal(expected, Checksum.Of(unsorted));
        bytes[^1] ^= 1;
        Assert.NotEqual(expected, Checksum.Of(sorted));
    }

    private static IEnumerable<Sample> Endless(StreamContext context, ManualResetEventSlim hasSent)
    {
        var spec = new SampleSpec(TensorSpec.Of<float>("X", 1 << 10, 1 << 8)); // 1 MiB
        for (int i = 0; ; i++)
        {
            yield return context.Rent(spec);
            if (i == 64)
            {
                hasSent.Set(); // more than waits in slabs and sockets: the consumer has taken some
            }
        }
    }
}
