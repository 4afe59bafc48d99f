using System.CommandLine;
using System.CommandLine.Parsing;

namespace Pescador.Fast.Cli.Running;

/// <summary>The arguments of every command that reads files: which, and how tables are read.</summary>
internal sealed class SourceArguments
{
    internal const string Files = "Files (.npy .npz .safetensors .tar .csv .csv.gz) and folders of them. STEM.X.npy and STEM.Y.npy belong together.";

    private readonly Argument<string[]> _paths;

    private readonly Option<string?> _csvLabel = new("--csv-label")
    {
        Description = "Column of a .csv that is the label Y: its name, or its position from 0, from the end where negative.",
        HelpName = "COLUMN",
    };

    private readonly Option<char> _separator = new("--csv-separator")
    {
        Description = "What stands between the cells of a .csv; tab for a tabulator.",
        HelpName = "C",
        DefaultValueFactory = static _ => ',',
        CustomParser = ReadSeparator, // System.CommandLine reads no characters by itself
    };

    private readonly Option<bool> _noHeader = new("--csv-no-header") { Description = "The first line of a .csv is data; otherwise that is found out." };

    internal SourceArguments()
        : this(new Argument<string[]>("PATH") { Description = Files, Arity = ArgumentArity.OneOrMore })
    {
    }

    /// <summary>The same with paths that are called otherwise.</summary>
    internal SourceArguments(Argument<string[]> paths)
    {
        _paths = paths;
        _paths.Validators.Add(RefuseOptions);
    }

    /// <summary>Says of an option that is misspelt that there is none; otherwise it would be a path.</summary>
    internal static void RefuseOptions(ArgumentResult argument) => RefuseOptions(argument, static token => $" A path that begins so is written './{token}'.");

    /// <summary>The same for an argument that is no path.</summary>
    internal static void RefuseOptions(ArgumentResult argument, Func<string, string> advice)
    {
        foreach (Token token in argument.Tokens.Where(static token => token.Value.StartsWith("--", StringComparison.Ordinal)))
        {
            argument.AddError($"There is no option '{token.Value}'.{advice(token.Value)}");
        }
    }

    /// <param name="command">Gets them.</param>
    /// <param name="hasLabel">Whether the label's column is asked for here; else it is given to <see cref="OpenLabelled"/>.</param>
    internal void AddTo(Command command, bool hasLabel = true)
    {
        command.Arguments.Add(_paths);
        if (hasLabel)
        {
            command.Options.Add(_csvLabel);
        }

        command.Options.Add(_separator);
        command.Options.Add(_noHeader);
    }

    /// <summary>The sources that were asked for.</summary>
    /// <exception cref="DataException">There are none.</exception>
    internal IReadOnlyList<Source> Open(ParseResult parsed) => Source.OpenAll(parsed.GetRequiredValue(_paths), FormatOf(parsed));

    /// <summary>The sources that were asked for and are there, and the paths that lead to none, each with the reason.</summary>
    internal (IReadOnlyList<Source> Sources, IReadOnlyList<BadSample> Missing) OpenThoseThere(ParseResult parsed)
    {
        CsvFormat format = FormatOf(parsed);
        List<string> there = [];
        List<BadSample> missing = [];
        foreach (string path in parsed.GetRequiredValue(_paths))
        {
            try
            {
                _ = Source.OpenAll([path], format);
                there.Add(path);
            }
            catch (DataException error)
            {
                missing.Add(new BadSample(path, null, error.Reason));
            }
            catch (UnauthorizedAccessException error)
            {
                missing.Add(new BadSample(path, null, error.Message));
            }
        }

        // Together: files of one stem belong together wherever they are named.
        return (there.Count == 0 ? [] : Source.OpenAll(there, format), missing);
    }

    private CsvFormat FormatOf(ParseResult parsed) => new()
    {
        Label = parsed.GetValue(_csvLabel),
        Separator = parsed.GetValue(_separator),
        HasHeader = parsed.GetValue(_noHeader) ? false : null,
    };

    /// <summary>The sources that were asked for, with the column of a .csv that is the label.</summary>
    /// <exception cref="DataException">There are none.</exception>
    internal IReadOnlyList<Source> OpenLabelled(ParseResult parsed, string label) =>
        Source.OpenAll(parsed.GetRequiredValue(_paths), FormatOf(parsed) with { Label = label });

    private static char ReadSeparator(ArgumentResult argument)
    {
        string text = argument.Tokens is [var token] ? token.Value : ",";
        if (text is "tab" or "\\t")
        {
            return '\t';
        }

        if (text.Length != 1)
        {
            argument.AddError($"--csv-separator is one character, or tab; got '{text}'.");
        }

        return text.Length == 1 ? text[0] : ',';
    }
}
