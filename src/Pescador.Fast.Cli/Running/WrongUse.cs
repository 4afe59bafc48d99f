using System.CommandLine;
using System.Text.RegularExpressions;

namespace Pescador.Fast.Cli.Running;

/// <summary>What is said about arguments that are wrong: one line, and where to look; not the whole help.</summary>
internal static partial class WrongUse
{
    /// <summary>The line.</summary>
    internal static string Of(ParseResult parsed)
    {
        string[] said = [.. parsed.Errors.Select(static error => InOurWords(error.Message)).Distinct()];
        if (parsed.CommandResult.Command is RootCommand && said.Length > 1)
        {
            said = said[1..]; // the first only says that no command was found
        }

        string command = parsed.CommandResult.Command is RootCommand ? "pescador" : $"pescador {parsed.CommandResult.Command.Name}";
        return $"{command}: {string.Join(' ', said)} See '{command} --help'.";
    }

    /// <summary>Without what is said to programmers: the parameter's name, and the value on a line of its own.</summary>
    internal static string Of(ArgumentException error)
    {
        string message = error.Message.Split('\n')[0].TrimEnd('\r');
        return message.Replace($" (Parameter '{error.ParamName}')", "", StringComparison.Ordinal);
    }

    private static string InOurWords(string message)
    {
        if (NoNumber().Match(message) is { Success: true, Groups: var groups })
        {
            string number = groups["type"].Value.StartsWith("Int", StringComparison.Ordinal) ? "a whole number, not too large" : "a number";
            return $"{groups["option"].Value} is {number}; got '{groups["value"].Value}'.";
        }

        string[] lines = message.Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        return lines.Length > 1 ? $"{lines[0]} {string.Join(", ", lines[1..])}." : message;
    }

    [GeneratedRegex(@"^Cannot parse argument '(?<value>.*)' for option '(?<option>.*)' as expected type 'System\.(?<type>\w+)'\.$", RegexOptions.Singleline)]
    private static partial Regex NoNumber();
}
