using System.Diagnostics;
using System.Globalization;
using System.Text.Json;

namespace Pescador.Fast;

/// <summary>A worker process: the host in this assembly, started with the caller's own runtime and dependencies.</summary>
internal sealed class ProcessRunner(WorkerMethod method, int number, int workers, WorkerOptions options) : WorkerRunner
{
    private const int MostLastWords = 20; // lines
    private const int LeastPipe = 4096;   // bytes that a pipe takes before anybody reads, on every system

    private readonly Queue<string> _lastWords = new();
    private TaskCompletionSource _hasSaidAll = new();
    private Process? _process;

    internal override bool HasExited => _process is { HasExited: true };

    internal override void Start(string endpoint, StreamStart start, StreamScope scope, Doorbell doorbell)
    {
        lock (_lastWords)
        {
            _lastWords.Clear();
        }

        var process = new Process { StartInfo = Command(), EnableRaisingEvents = true };
        var hasSaidAll = new TaskCompletionSource();
        process.Exited += (_, _) => doorbell.Ring();
        process.ErrorDataReceived += (_, line) => Hear(line.Data, hasSaidAll);
        try
        {
            process.Start();
        }
        catch (Exception error)
        {
            process.Dispose();
            throw new PescadorException($"Worker {Number} cannot be started with '{process.StartInfo.FileName}': {error.Message}", error);
        }

        _process = process;
        _hasSaidAll = hasSaidAll;
        process.BeginErrorReadLine();
        Tell(process, endpoint, start);
    }

    internal override string DescribeEnd()
    {
        if (_process is not { } process)
        {
            return "";
        }

        // Not for ever: what it has started itself may live on, and have its standard error.
        bool hasExited = process.WaitForExit(options.Zmq.Timeout) && (_hasSaidAll.Task.Wait(options.Zmq.Timeout) || process.HasExited);
        string words;
        lock (_lastWords)
        {
            words = _lastWords.Count == 0 ? "" : $" It said: {string.Join(Environment.NewLine, _lastWords)}";
        }

        string how = !hasExited ? "Its process still runs."
            : process.ExitCode > 128 ? string.Create(CultureInfo.InvariantCulture, $"Its process was ended by signal {process.ExitCode - 128}.")
            : string.Create(CultureInfo.InvariantCulture, $"Its process ended with code {process.ExitCode}.");
        return how + words;
    }

    internal override void Stop()
    {
        try
        {
            _process?.StandardInput.Close();
        }
        catch (IOException)
        {
            // It is gone already, with its setup half read.
        }
    }

    internal override void Join(TimeSpan timeout)
    {
        if (_process is not { } process)
        {
            return;
        }

        Stop();
        if (!process.WaitForExit(timeout))
        {
            process.Kill(entireProcessTree: true);
            _ = process.WaitForExit(options.Zmq.Timeout); // without a time it would also wait for whoever else has its standard error
        }
    }

    public override void Dispose()
    {
        _process?.Dispose();
        _process = null;
    }

    private string Number => (number + 1).ToString(CultureInfo.InvariantCulture);

    private ProcessStartInfo Command()
    {
        var command = new ProcessStartInfo(WorkerHostFiles.Dotnet())
        {
            RedirectStandardInput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
        };
        foreach (string argument in WorkerHostFiles.Arguments(method.File))
        {
            command.ArgumentList.Add(argument);
        }

        command.Environment["DOTNET_gcServer"] = "0"; // heaps for every core, in every worker, would be n² of them
        return command;
    }

    private void Tell(Process process, string endpoint, StreamStart start)
    {
        var setup = new WorkerSetup
        {
            Assembly = method.File,
            Module = method.Module,
            Method = method.Token,
            Arguments = method.Arguments,
            IsSharded = method.IsSharded,
            Number = number,
            Workers = workers,
            Endpoint = options.Route?.Invoke(endpoint) ?? endpoint,
            Seed = start.Seed,
            CheckpointBytes = start.Checkpoint?.Length,
            CountAfter = start.CountAfter,
            CheckpointInterval = start.CheckpointInterval,
            Depth = options.Zmq.Depth,
            Limits = options.Zmq.Limits,
            Timeout = options.Zmq.Timeout,
            HeartbeatInterval = options.Zmq.HeartbeatInterval,
            HeartbeatTimeout = options.Zmq.HeartbeatTimeout,
        };
        byte[] line = [.. JsonSerializer.SerializeToUtf8Bytes(setup, WorkerSetupJson.Default.WorkerSetup), (byte)'\n'];
        Stream input = process.StandardInput.BaseStream;
        if (line.Length + (start.Checkpoint?.Length ?? 0) <= LeastPipe)
        {
            Write(input, line, start.Checkpoint);
        }
        else
        {
            // Who never reads must not keep this thread from seeing that, nor one that is slow to start the next from being started.
            _ = Task.Run(() => Write(input, line, start.Checkpoint));
        }
    }

    private static void Write(Stream input, byte[] line, byte[]? checkpoint)
    {
        try
        {
            input.Write(line);
            input.Write(checkpoint);
            input.Flush();
        }
        catch (Exception error) when (error is IOException or ObjectDisposedException)
        {
            // It ended before it had read this; that is found, and said, where its samples are waited for.
        }
    }

    private void Hear(string? line, TaskCompletionSource hasSaidAll)
    {
        if (line is null)
        {
            hasSaidAll.TrySetResult();
            return;
        }

        lock (_lastWords)
        {
            _lastWords.Enqueue(line);
            if (_lastWords.Count > MostLastWords)
            {
                _lastWords.Dequeue();
            }
        }

        Console.Error.WriteLine($"[worker {Number}] {line}");
    }
}
