using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using System.Numerics;

namespace Pescador.Fast.Cli.Running;

/// <summary>What the values of options may be; said before any work begins.</summary>
internal static class OptionRules
{
    internal static Option<T> AtLeastOne<T>(this Option<T> option) where T : struct, INumber<T> => option.Must<Option<T>, T>(static value => value >= T.One, "is at least 1");

    internal static Option<T?> AtLeastOne<T>(this Option<T?> option) where T : struct, INumber<T> => option.Must<Option<T?>, T>(static value => value >= T.One, "is at least 1");

    internal static Option<T> AtMost<T>(this Option<T> option, T most) where T : struct, INumber<T> =>
        option.Must<Option<T>, T>(value => !(value > most), string.Create(CultureInfo.InvariantCulture, $"is at most {most}"));

    internal static Option<T?> AtMost<T>(this Option<T?> option, T most) where T : struct, INumber<T> =>
        option.Must<Option<T?>, T>(value => !(value > most), string.Create(CultureInfo.InvariantCulture, $"is at most {most}"));

    /// <summary>Makes a number keep a rule.</summary>
    internal static TOption Must<TOption, T>(this TOption option, Predicate<T> rule, string said)
        where TOption : Option
        where T : struct, INumber<T>
    {
        option.Validators.Add(result =>
        {
            // What is no number at all is the parser's to say.
            if (result.Tokens is [var token] && T.TryParse(token.Value, CultureInfo.InvariantCulture, out T value) && !rule(value))
            {
                result.AddError(string.Create(CultureInfo.InvariantCulture, $"{option.Name} {said}, got {token.Value}."));
            }
        });
        return option;
    }

    /// <summary>A file to be written; null where the option is not given.</summary>
    /// <param name="name">Of the option.</param>
    /// <param name="ending">Of the file, as in .svg.</param>
    /// <param name="does">What the option does, as in "draws an SVG".</param>
    /// <param name="description">For --help.</param>
    internal static Option<string?> File(string name, string ending, string does, string description)
    {
        var option = new Option<string?>(name) { Description = description, HelpName = $"FILE{ending}" };
        option.Validators.Add(result =>
        {
            if (result.Tokens is [var token] && !token.Value.EndsWith(ending, StringComparison.OrdinalIgnoreCase))
            {
                result.AddError($"{name} {does}, so its file ends in {ending}; got '{token.Value}'.");
            }
        });
        return option;
    }

    /// <summary>One of some words.</summary>
    internal static Option<string> Words(string name, string description, params string[] words)
    {
        var option = new Option<string>(name) { Description = description, DefaultValueFactory = _ => words[0], HelpName = string.Join('|', words) };
        option.AcceptOnlyFromAmong(words);
        return option;
    }

    /// <summary>Numbers between commas; null where the option is not given.</summary>
    internal static Option<double[]?> Numbers(string name, string description) => new(name)
    {
        Description = description,
        HelpName = "W,W,...",
        CustomParser = argument => ReadNumbers(name, argument),
    };

    private static double[]? ReadNumbers(string name, ArgumentResult argument)
    {
        string[] words = argument.Tokens[0].Value.Split(',', StringSplitOptions.TrimEntries);
        var numbers = new double[words.Length];
        for (int i = 0; i < words.Length; i++)
        {
            if (!double.TryParse(words[i], NumberStyles.Float, CultureInfo.InvariantCulture, out numbers[i]) || !(numbers[i] >= 0) || double.IsInfinity(numbers[i]))
            {
                argument.AddError($"{name} are numbers from 0 with commas between them, got '{words[i]}'.");
                return null;
            }
        }

        return numbers;
    }
}
