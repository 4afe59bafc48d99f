using System.Text.Json;

namespace Pescador.Fast.Cli.Tests;

/// <summary>What a command printed and ended with. It runs in this process, so whoever uses it is in the collection of those that have the console
/// for themselves.</summary>
internal sealed record CommandOutput(int ExitCode, string Out, string Error)
{
    internal static CommandOutput Of(params string[] arguments)
    {
        (TextWriter @out, TextWriter error) = (Console.Out, Console.Error);
        using var seenOut = new StringWriter();
        using var seenError = new StringWriter();
        try
        {
            Console.SetOut(seenOut);
            Console.SetError(seenError);
            int exitCode = PescadorCommand.Run(arguments);
            return new CommandOutput(exitCode, seenOut.ToString(), seenError.ToString());
        }
        finally
        {
            Console.SetOut(@out);
            Console.SetError(error);
        }
    }

    /// <summary>The object that a command prints, which has nothing to complain of.</summary>
    internal static JsonElement Json(params string[] arguments)
    {
        CommandOutput result = Of([.. arguments, "--json"]);
        Assert.Equal((0, ""), (result.ExitCode, result.Error));
        using JsonDocument document = JsonDocument.Parse(result.Out);
        return document.RootElement.Clone();
    }
}

/// <summary>Tests that redirect the console run alone.</summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class ConsoleTests
{
    public const string Name = "console";
}
