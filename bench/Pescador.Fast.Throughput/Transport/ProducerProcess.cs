using System.Diagnostics;
using System.Globalization;
using System.Text;

namespace Pescador.Fast.Throughput;

/// <summary>A producer, which is this program in another process. It lives as long as its standard input is open, so not longer than this one.</summary>
/// <remarks>Its standard output: the endpoint and a line feed; then 16 bytes (samples, allocated bytes) for each byte of its input.</remarks>
internal sealed class ProducerProcess : IDisposable
{
    private static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(20);

    private readonly Process _process;

    private ProducerProcess(Process process)
    {
        _process = process;
        Endpoint = ReadEndpoint();
    }

    /// <summary>Where it waits for its consumer.</summary>
    internal string Endpoint { get; }

    internal static ProducerProcess Start(ProducerKind kind, TransportRecipe recipe)
    {
        string program = Environment.ProcessPath ?? throw new VerificationException("The program's path is unknown.");
        var start = new ProcessStartInfo(program) { RedirectStandardInput = true, RedirectStandardOutput = true };
        if (Path.GetFileNameWithoutExtension(program) == "dotnet")
        {
            start.ArgumentList.Add(typeof(ProducerProcess).Assembly.Location);
        }

        start.ArgumentList.Add(ProducerProgram.ChildOption);
        start.ArgumentList.Add(kind.ToString());
        start.ArgumentList.Add(recipe.Scheme);
        start.ArgumentList.Add(recipe.LengthInBytes.ToString(CultureInfo.InvariantCulture));
        start.ArgumentList.Add(recipe.Filling.ToString());
        Process process = Process.Start(start) ?? throw new VerificationException("The producer did not start.");
        try
        {
            return new ProducerProcess(process);
        }
        catch
        {
            Kill(process);
            throw;
        }
    }

    /// <summary>What it has done so far.</summary>
    internal ProducerFigures AskFigures()
    {
        Stream input = _process.StandardInput.BaseStream;
        input.WriteByte((byte)'?');
        input.Flush();
        var answer = new byte[ProducerFigures.LengthInBytes];
        Await(_process.StandardOutput.BaseStream.ReadExactlyAsync(answer).AsTask());
        return ProducerFigures.Read(answer);
    }

    /// <summary>Ends it.</summary>
    /// <exception cref="VerificationException">It did not end, or not well.</exception>
    internal void End()
    {
        _process.StandardInput.Close();
        if (!_process.WaitForExit(LongestWait))
        {
            throw new VerificationException($"The producer did not end within {LongestWait.TotalSeconds} s.");
        }

        if (_process.ExitCode != 0)
        {
            throw new VerificationException($"The producer ended with {_process.ExitCode}.");
        }
    }

    public void Dispose()
    {
        try
        {
            End();
        }
        catch (VerificationException)
        {
            // Whoever was interested has called End.
        }
        finally
        {
            Kill(_process);
        }
    }

    private static void Kill(Process process)
    {
        if (!process.HasExited)
        {
            process.Kill();
            process.WaitForExit();
        }

        process.Dispose();
    }

    private string ReadEndpoint()
    {
        var line = new List<byte>();
        var next = new byte[1];
        while (true)
        {
            Await(_process.StandardOutput.BaseStream.ReadExactlyAsync(next).AsTask());
            if (next[0] == '\n')
            {
                return Encoding.UTF8.GetString([.. line]);
            }

            line.Add(next[0]);
        }
    }

    private static void Await(Task task)
    {
        try
        {
            task.WaitAsync(LongestWait).GetAwaiter().GetResult();
        }
        catch (Exception error) when (error is TimeoutException or IOException)
        {
            throw new VerificationException($"The producer does not answer: {error.Message}");
        }
    }
}
