using System.Globalization;
using System.Text.Json;

namespace Pescador.Fast;

/// <summary>Reads a description from JSON. What its members are stands in pescador_fast.h.</summary>
internal static class DescriptionReader
{
    /// <summary>The longest description, in bytes.</summary>
    internal const int LongestInBytes = 16 << 20;

    private const double HighestRate = 1e12;
    private const double LongestTimeoutInSeconds = 1e6;

    private static readonly JsonDocumentOptions Options = new() { MaxDepth = 8 };

    /// <exception cref="DescriptionException">It says what cannot be.</exception>
    internal static StreamDescription Read(ReadOnlySpan<byte> json)
    {
        if (json.Length > LongestInBytes)
        {
            throw new DescriptionException($"A description has at most {LongestInBytes} bytes; this one has {json.Length}.");
        }

        try
        {
            var reader = new Utf8JsonReader(json, new JsonReaderOptions { MaxDepth = Options.MaxDepth });
            using JsonDocument document = JsonDocument.ParseValue(ref reader);
            return reader.Read()
                ? throw new DescriptionException("The description has something after its end.")
                : Read(new JsonMembers(document.RootElement, "", "The description"));
        }
        catch (Exception error) when (error is JsonException or InvalidOperationException)
        {
            throw new DescriptionException($"The description is no JSON: {error.Message}");
        }
    }

    private static StreamDescription Read(JsonMembers members)
    {
        const string FilesExpected = "at least one path of a file or folder, or pattern";
        var usual = new StreamDescription { Files = [] };
        string[]? files = members.Texts("files", FilesExpected);
        double? heldOut = members.Number("held_out", static part => part is > 0 and < 1, "a part of the rows, above 0 and below 1");
        SplitPart? part = members.Word("part", ("all", SplitPart.All), ("training", SplitPart.Training), ("held_out", SplitPart.HeldOut));
        var description = new StreamDescription
        {
            Files = files ?? [],
            Csv = Csv(members),
            HeldOut = heldOut,
            Part = part ?? (heldOut is null ? SplitPart.All : SplitPart.Training),
            SplitSeed = members.Integer("split_seed", long.MinValue, long.MaxValue) ?? usual.SplitSeed,
            Rows = members.Word("rows", ("random", RowOrder.Random), ("in_order", RowOrder.InOrder), ("permuted", RowOrder.Permuted)),
            Mux = Mux(members),
            Batch = (int)(members.Integer("batch", 1, int.MaxValue) ?? usual.Batch),
            Partial = members.Boolean("partial") ?? usual.Partial,
            Float32 = Names(members),
            Seed = members.Integer("seed", long.MinValue, long.MaxValue) ?? usual.Seed,
            Epoch = members.Integer("epoch", 0, long.MaxValue) ?? usual.Epoch,
            Epochs = members.Integer("epochs", 0, long.MaxValue) ?? usual.Epochs,
            BudgetInBytes = Budget(members) ?? usual.BudgetInBytes,
            Prefetch = (int)(members.Integer("prefetch", 1, StreamDescription.MostPrefetched) ?? usual.Prefetch),
            SkipBad = (int)(members.Integer("skip_bad", 0, int.MaxValue) ?? usual.SkipBad),
            Timeout = members.Number("timeout", static seconds => seconds is >= 0.001 and <= LongestTimeoutInSeconds, "seconds, from 0.001 to 1000000") is { } given
                ? TimeSpan.FromSeconds(given)
                : usual.Timeout,
        };
        members.RefuseOthers(); // before what is missing: it may be misspelt
        if (description.Files.Length == 0 || !Array.TrueForAll(description.Files, static file => file.Length > 0 && !file.Contains('\0')))
        {
            throw members.Wrong("files", FilesExpected, files is null ? "nothing" : files.Length == 0 ? "none" : "one that is empty or has a zero character");
        }

        if (description.Part != SplitPart.All && heldOut is null)
        {
            throw new DescriptionException("'part' is given, but 'held_out' does not say how much is held out.");
        }

        if (description.Epochs != 1 && !(description.Mux.Ends && description.Order != RowOrder.Random))
        {
            throw new DescriptionException(
                "'epochs' counts passes, but this stream has no end: rows must be 'permuted' or 'in_order', and the mux one that ends: "
                + "stochastic in mode 'exhaustive', or round_robin or chain in mode 'exhaustive'.");
        }

        return description;
    }

    private static MuxDescription Mux(JsonMembers members)
    {
        if (members.Take("mux") is not { } value)
        {
            return new MuxDescription();
        }

        var mux = new JsonMembers(value, "mux.", "'mux'");
        MuxKind kind = mux.Word(
            "kind", ("stochastic", MuxKind.Stochastic), ("shuffled", MuxKind.Shuffled), ("round_robin", MuxKind.RoundRobin), ("chain", MuxKind.Chain)) ?? MuxKind.Stochastic;
        var description = new MuxDescription { Kind = kind };
        description = kind switch
        {
            MuxKind.Stochastic => description with
            {
                Active = (int?)mux.Integer("active", 1, int.MaxValue),
                Rate = mux.Number("rate", static rate => rate is >= 1 and <= HighestRate, "a mean number of samples, from 1 to 1e12"),
                Mode = mux.Word(
                    "mode", ("single_active", StochasticMode.SingleActive), ("with_replacement", StochasticMode.WithReplacement), ("exhaustive", StochasticMode.Exhaustive))
                    ?? description.Mode,
            },
            MuxKind.RoundRobin => description with
            {
                RoundRobin = mux.Word(
                    "mode", ("exhaustive", RoundRobinMode.Exhaustive), ("cycle", RoundRobinMode.Cycle), ("permuted_cycle", RoundRobinMode.PermutedCycle)) ?? description.RoundRobin,
            },
            MuxKind.Chain => description with { Chain = mux.Word("mode", ("exhaustive", ChainMode.Exhaustive), ("cycle", ChainMode.Cycle)) ?? description.Chain },
            _ => description,
        };
        if (kind is MuxKind.Stochastic or MuxKind.Shuffled)
        {
            description = description with { Weights = Weights(mux) };
        }

        foreach (string name in (string[])["active", "rate", "weights", "mode"])
        {
            mux.Refuse(name, $"a mux of the kind '{NameOf(kind)}' has none");
        }

        mux.RefuseOthers();
        return description;
    }

    private static double[]? Weights(JsonMembers mux)
    {
        const string Expected = "an array of numbers, one for each file";
        double[]? weights = mux.Numbers("weights", Expected);
        return weights is null || (Array.TrueForAll(weights, static weight => weight >= 0) && Array.Exists(weights, static weight => weight > 0)) ? weights
            : throw mux.Wrong("weights", $"{Expected}, none below 0 and one above",
                Array.FindIndex(weights, static weight => weight < 0) is >= 0 and var wrong
                    ? string.Create(CultureInfo.InvariantCulture, $"{weights[wrong]} in it") : $"{weights.Length} that are 0");
    }

    private static string[] Names(JsonMembers members)
    {
        const string Expected = "names of tensors";
        string[] names = members.Texts("float32", Expected) ?? [];
        return Array.TrueForAll(names, static name => name.Length > 0) ? names : throw members.Wrong("float32", Expected, "an empty one");
    }

    private static CsvFormat Csv(JsonMembers members)
    {
        const string LabelExpected = "a column's name, or its position from 0, from the end where negative";
        const string SeparatorExpected = "one character, or 'tab'";
        string? label = members.Take("csv_label") switch
        {
            null => null,
            { ValueKind: JsonValueKind.String } text => members.TextOf(text, "csv_label", LabelExpected),
            { ValueKind: JsonValueKind.Number } number when number.TryGetInt32(out int column) => column.ToString(CultureInfo.InvariantCulture),
            { } other => throw members.Wrong("csv_label", LabelExpected, JsonMembers.Show(other)),
        };
        string separator = members.Text("csv_separator", SeparatorExpected) ?? ",";
        var format = new CsvFormat
        {
            Label = label,
            Separator = separator is "tab" ? '\t' : separator is [var one] ? one : throw members.Wrong("csv_separator", SeparatorExpected, $"'{separator}'"),
            HasHeader = members.Boolean("csv_no_header") == true ? false : null,
        };
        try
        {
            format.Check();
            return format;
        }
        catch (ArgumentException error)
        {
            throw new DescriptionException($"'csv_separator': {error.Message}");
        }
    }

    private static long? Budget(JsonMembers members)
    {
        const string Expected = "a size in bytes, or as in '512MB', '1.5GB', '64MiB'";
        return members.Take("budget") switch
        {
            null => null,
            { ValueKind: JsonValueKind.Number } number when number.TryGetInt64(out long bytes) && bytes > 0 => bytes,
            { ValueKind: JsonValueKind.String } text when SizeInBytes.TryParse(text.GetString() ?? "", out long bytes) => bytes,
            { } other => throw members.Wrong("budget", Expected, JsonMembers.Show(other)),
        };
    }

    private static string NameOf(MuxKind kind) => kind switch
    {
        MuxKind.Stochastic => "stochastic",
        MuxKind.Shuffled => "shuffled",
        MuxKind.RoundRobin => "round_robin",
        _ => "chain",
    };
}
