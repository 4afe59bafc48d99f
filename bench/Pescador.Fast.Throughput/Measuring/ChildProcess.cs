using System.Diagnostics;
using System.Text;

namespace Pescador.Fast.Throughput;

/// <summary>A process that answers questions: asked over its standard input, answering over its standard output, and nothing unasked but its first
/// line. It lives as long as its standard input is open, so not longer than this process.</summary>
internal sealed class ChildProcess : IDisposable
{
    private const int LongestLine = 4096;

    private readonly Process _process;
    private readonly string _name;
    private readonly TimeSpan _longestWait;
    private readonly byte[] _line = new byte[LongestLine];

    private ChildProcess(Process process, string name, TimeSpan longestWait) => (_process, _name, _longestWait) = (process, name, longestWait);

    /// <summary>Starts it.</summary>
    /// <param name="program">With its arguments.</param>
    /// <param name="name">For messages, as in "The producer".</param>
    /// <param name="longestWait">For an answer, and for its end.</param>
    internal static ChildProcess Start(ProcessStartInfo program, string name, TimeSpan longestWait)
    {
        program.RedirectStandardInput = true;
        program.RedirectStandardOutput = true;
        Process process = Process.Start(program) ?? throw new VerificationException($"{name} did not start.");
        return new ChildProcess(process, name, longestWait);
    }

    /// <summary>This program itself, to be started once more.</summary>
    internal static ProcessStartInfo OfThisProgram(params ReadOnlySpan<string> arguments)
    {
        string program = Environment.ProcessPath ?? throw new VerificationException("The program's path is unknown.");
        var start = new ProcessStartInfo(program);
        if (Path.GetFileNameWithoutExtension(program) == "dotnet")
        {
            start.ArgumentList.Add(typeof(ChildProcess).Assembly.Location);
        }

        foreach (string argument in arguments)
        {
            start.ArgumentList.Add(argument);
        }

        return start;
    }

    internal void Ask(ReadOnlySpan<byte> question)
    {
        Stream input = _process.StandardInput.BaseStream;
        try
        {
            input.Write(question);
            input.Flush();
        }
        catch (IOException error)
        {
            throw new VerificationException($"{_name} does not listen: {error.Message}");
        }
    }

    /// <summary>Reads an answer of a known length.</summary>
    internal void Read(byte[] answer) => Await(_process.StandardOutput.BaseStream.ReadExactlyAsync(answer).AsTask());

    /// <summary>Reads an answer that ends with a line feed.</summary>
    internal string ReadLine()
    {
        int length = 0;
        while (length == 0 || _line[length - 1] != '\n')
        {
            Task<int> more = _process.StandardOutput.BaseStream.ReadAsync(_line, length, LongestLine - length);
            Await(more);
            length += more.Result;
            if (more.Result == 0)
            {
                throw new VerificationException($"{_name} does not answer: it ended, or its line is longer than {LongestLine} bytes.");
            }
        }

        return Encoding.UTF8.GetString(_line, 0, length - 1);
    }

    /// <summary>Ends it.</summary>
    /// <exception cref="VerificationException">It did not end, or not well.</exception>
    internal void End()
    {
        _process.StandardInput.Close();
        if (!_process.WaitForExit(_longestWait))
        {
            throw new VerificationException($"{_name} did not end within {_longestWait.TotalSeconds} s.");
        }

        if (_process.ExitCode != 0)
        {
            throw new VerificationException($"{_name} ended with {_process.ExitCode}.");
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
            if (!_process.HasExited)
            {
                _process.Kill(entireProcessTree: true);
                _process.WaitForExit();
            }

            _process.Dispose();
        }
    }

    private void Await(Task task)
    {
        try
        {
            task.WaitAsync(_longestWait).GetAwaiter().GetResult();
        }
        catch (Exception error) when (error is TimeoutException or IOException)
        {
            throw new VerificationException($"{_name} does not answer: {error.Message}");
        }
    }
}
