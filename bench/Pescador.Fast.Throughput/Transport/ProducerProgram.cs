using System.Globalization;
using System.Text;

namespace Pescador.Fast.Throughput;

/// <summary>The producer's process: sends until its standard input ends. See <see cref="ProducerProcess"/> for what it writes.</summary>
internal sealed class ProducerProgram : IDisposable
{
    /// <summary>The option that makes this program the child.</summary>
    internal const string ChildOption = "--produce-for-transport";

    private const int EndedByForce = 3;
    private static readonly TimeSpan LongestEnd = TimeSpan.FromSeconds(10);

    private readonly Stream _input = Console.OpenStandardInput();
    private readonly Stream _output = Console.OpenStandardOutput();
    private readonly CancellationTokenSource _stop = new();
    private readonly ManualResetEventSlim _hasEnded = new();
    private readonly Producer _producer;

    private ProducerProgram(Producer producer) => _producer = producer;

    internal static int Run(string kind, string scheme, string length, string filling)
    {
        var recipe = new TransportRecipe(scheme, long.Parse(length, CultureInfo.InvariantCulture), Enum.Parse<Filling>(filling));
        bool isReference = Enum.Parse<ProducerKind>(kind) == ProducerKind.Libzmq;
        using Producer producer = isReference ? new LibzmqProducer(recipe) : new StreamProducer(recipe);
        using var program = new ProducerProgram(producer);
        program.Run(scheme);
        return 0;
    }

    private void Run(string scheme)
    {
        string? folder = scheme == "tcp" ? null : Directory.CreateTempSubdirectory("pescador-throughput-").FullName;
        new Thread(Answer) { IsBackground = true, Name = "answers the parent" }.Start();
        try
        {
            _producer.Run(folder is null ? null : Path.Combine(folder, "socket"), Tell, _stop.Token);
        }
        catch (Exception) when (_stop.IsCancellationRequested)
        {
            // The consumer left first, and then came the end.
        }
        finally
        {
            if (folder is not null)
            {
                Directory.Delete(folder, recursive: true);
            }

            _hasEnded.Set();
        }
    }

    public void Dispose()
    {
        _input.Dispose();
        _output.Dispose();
    }

    private void Tell(string endpoint) => _output.Write(Encoding.UTF8.GetBytes(endpoint + "\n"));

    private void Answer()
    {
        Span<byte> question = stackalloc byte[1];
        Span<byte> answer = stackalloc byte[ProducerFigures.LengthInBytes];
        while (_input.Read(question) == 1)
        {
            new ProducerFigures(_producer.Samples, GC.GetTotalAllocatedBytes(precise: true)).Write(answer);
            _output.Write(answer);
        }

        _stop.Cancel();
        if (!_hasEnded.Wait(LongestEnd))
        {
            Console.Error.WriteLine($"The producer did not end by itself within {LongestEnd.TotalSeconds} s.");
            Environment.Exit(EndedByForce);
        }
    }
}
