using System.Diagnostics;
using System.Diagnostics.CodeAnalysis;
using System.Text.Json;

namespace Pescador.Fast;

/// <summary>The program of a worker process: reads its setup, builds the streamer, serves it, and ends when its parent does.</summary>
[RequiresUnreferencedCode(ProcessPlan.NeedsReflection)]
[RequiresDynamicCode(ProcessPlan.NeedsReflection)]
internal static class WorkerHost
{
    internal const string Argument = "worker";

    private const int Good = 0;
    private const int Failed = 1;
    private const int WrongUse = 2;
    private const int MostSetupBytes = 1 << 30; // of the line, most of which are the method's arguments

    internal static int Main(string[] args)
    {
        if (args is not [Argument])
        {
            Console.Error.WriteLine("This is the host of Pescador.Fast's worker processes. ZmqStreamer.InProcesses starts it; there is nothing here to be started by hand.");
            return WrongUse;
        }

        using var input = new BufferedStream(Console.OpenStandardInput(), 1 << 16);
        WorkerSetup setup;
        byte[]? checkpoint = null;
        try
        {
            setup = JsonSerializer.Deserialize(ReadLine(input), WorkerSetupJson.Default.WorkerSetup) ?? throw new JsonException("null");
            if (setup.CheckpointBytes is { } length)
            {
                checkpoint = new byte[length];
                input.ReadExactly(checkpoint);
            }
        }
        catch (Exception error) when (error is JsonException or EndOfStreamException)
        {
            Console.Error.WriteLine($"The worker's setup cannot be read: {error.Message}");
            return WrongUse;
        }

        using var stop = new CancellationTokenSource();
        var watch = new Thread(() => WaitForEnd(input, stop, setup.Timeout)) { IsBackground = true, Name = "The parent's end" };
        watch.Start();
        return Serve(setup, checkpoint, stop.Token);
    }

    private static int Serve(WorkerSetup setup, byte[]? checkpoint, CancellationToken stop)
    {
        var options = new ZmqOptions
        {
            Depth = setup.Depth,
            Limits = setup.Limits,
            Timeout = setup.Timeout,
            ReconnectTimeout = TimeSpan.Zero,
            HeartbeatInterval = setup.HeartbeatInterval,
            HeartbeatTimeout = setup.HeartbeatTimeout,
        };
        try
        {
            using Outlet outlet = LinkFactory.Open(ZmqEndpoint.Parse(setup.Endpoint), false, ZmqPattern.Pair, options, $"Worker {setup.Number + 1} of {setup.Workers}");
            Streamer<Sample> streamer;
            try
            {
                streamer = WorkerMethod.Call(setup);
            }
            catch (Exception error)
            {
                outlet.Fail(error);
                return Failed;
            }

            var start = new StreamStart(setup.Seed, checkpoint, setup.CountAfter)
            {
                CheckpointInterval = setup.CheckpointInterval,
                MaxStateBytes = setup.Limits.MaxStateBytes,
            };
            var server = new SampleServer(streamer, outlet, start, SampleServer.ScopeFor(outlet, setup.Depth));
            try
            {
                server.Run(stop);
                return Good;
            }
            catch (Exception) when (server.HasTold)
            {
                return Failed; // the consumer says it where it is read
            }
        }
        catch (Exception) when (stop.IsCancellationRequested)
        {
            return Good; // stopped as asked, or the parent has let go of everything at once
        }
        catch (Exception error)
        {
            Console.Error.WriteLine(error);
            return Failed;
        }
    }

    // Nothing is ever said after the setup: the end of the input is the end of the parent, or its wish.
    private static void WaitForEnd(BufferedStream input, CancellationTokenSource stop, TimeSpan timeout)
    {
        try
        {
            while (input.ReadByte() >= 0)
            {
            }
        }
        catch (IOException)
        {
            // The same.
        }

        try
        {
            stop.Cancel();
        }
        catch (ObjectDisposedException)
        {
            return; // it has ended by itself
        }

        // What does not heed this is the user's code, or what that waits for.
        using var never = new ManualResetEvent(false);
        never.WaitOne(timeout);
        Console.Error.WriteLine($"The worker did not end within {timeout.TotalSeconds:0.###} s of being asked to, and is made to.");
        using var self = Process.GetCurrentProcess();
        self.Kill();
    }

    private static byte[] ReadLine(BufferedStream input)
    {
        using var line = new MemoryStream();
        for (int next = input.ReadByte(); next >= 0; next = input.ReadByte())
        {
            if (next == '\n')
            {
                return line.ToArray();
            }

            line.WriteByte((byte)next);
            if (line.Length > MostSetupBytes)
            {
                throw new JsonException($"it has more than {MostSetupBytes} bytes");
            }
        }

        throw new EndOfStreamException("it ended before a line did");
    }
}
