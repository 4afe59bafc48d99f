using System.CommandLine;

namespace Pescador.Fast.Cli.Running;

/// <summary>The options of both ends of a stream that travels.</summary>
internal sealed class TransportArguments
{
    private const double LongestSeconds = 1e6;

    private readonly Option<bool> _plaintext = new("--allow-plaintext")
    {
        Description = "Allow addresses beyond this host: unencrypted, and open to whoever reaches them.",
    };

    private readonly Option<double?> _seconds = new Option<double?>("--seconds") { Description = "How long at most. [default: until the stream ends]", HelpName = "T" }
        .Must<Option<double?>, double>(static value => value is > 0 and <= LongestSeconds, "is above 0 and at most 1000000");

    private readonly Option<bool> _checksum = new("--checksum")
    {
        Description = "Compute a checksum of all samples; that of serve is the sum, modulo 2^64, of its consumers'.",
    };

    private readonly Option<bool> _json = new("--json") { Description = "Print one JSON object, and nothing else; the endpoint goes to standard error." };

    internal void AddTo(Command command)
    {
        foreach (Option option in (Option[])[_plaintext, _seconds, _checksum, _json])
        {
            command.Options.Add(option);
        }
    }

    internal bool AllowsPlaintext(ParseResult parsed) => parsed.GetValue(_plaintext);

    /// <summary>How long at most; null for no bound.</summary>
    internal TimeSpan? Duration(ParseResult parsed) => parsed.GetValue(_seconds) is { } seconds ? TimeSpan.FromSeconds(seconds) : null;

    internal bool HasChecksum(ParseResult parsed) => parsed.GetValue(_checksum);

    internal bool IsJson(ParseResult parsed) => parsed.GetValue(_json);

    /// <summary>Runs work; an error that tells programmers what to set names the option.</summary>
    internal static T InOurWords<T>(Func<T> work)
    {
        const string InCode = $"set {nameof(ZmqOptions)}.{nameof(ZmqOptions.AllowPlaintext)}";
        try
        {
            return work();
        }
        catch (PescadorException error) when (error.Message.Contains(InCode, StringComparison.Ordinal))
        {
            throw new PescadorException(error.Message.Replace(InCode, "give --allow-plaintext", StringComparison.Ordinal), error);
        }
    }

    /// <summary>Tells where this end is, as soon as it is known: the line that scripts wait for.</summary>
    internal static void Announce(string line, bool isJson)
    {
        if (isJson)
        {
            CommandRun.Say(line);
            return;
        }

        Console.Out.WriteLine(line);
        Console.Out.Flush();
    }
}
