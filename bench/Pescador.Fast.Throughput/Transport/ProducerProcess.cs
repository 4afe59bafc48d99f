using System.Globalization;

namespace Pescador.Fast.Throughput;

/// <summary>A producer, which is this program in another process.</summary>
/// <remarks>Its standard output: the endpoint and a line feed; then 16 bytes (samples, allocated bytes) for each byte of its input.</remarks>
internal sealed class ProducerProcess : IDisposable
{
    private static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(20);

    private readonly ChildProcess _process;

    private ProducerProcess(ChildProcess process)
    {
        _process = process;
        Endpoint = process.ReadLine();
    }

    /// <summary>Where it waits for its consumer.</summary>
    internal string Endpoint { get; }

    internal static ProducerProcess Start(ProducerKind kind, TransportRecipe recipe)
    {
        var process = ChildProcess.Start(
            ChildProcess.OfThisProgram(
                ProducerProgram.ChildOption,
                kind.ToString(),
                recipe.Scheme,
                recipe.LengthInBytes.ToString(CultureInfo.InvariantCulture),
                recipe.Filling.ToString()),
            "The producer",
            LongestWait);
        try
        {
            return new ProducerProcess(process);
        }
        catch
        {
            process.Dispose();
            throw;
        }
    }

    /// <summary>What it has done so far.</summary>
    internal ProducerFigures AskFigures()
    {
        _process.Ask("?"u8);
        var answer = new byte[ProducerFigures.LengthInBytes];
        _process.Read(answer);
        return ProducerFigures.Read(answer);
    }

    /// <summary>Ends it.</summary>
    /// <exception cref="VerificationException">It did not end, or not well.</exception>
    internal void End() => _process.End();

    public void Dispose() => _process.Dispose();
}
