using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;

namespace Pescador.Fast.Cli.Running;

/// <summary>Sizes in bytes as people write them: 512MB, 1.5 GiB, 4096.</summary>
internal static class ByteSize
{
    private static readonly (string Unit, double Bytes)[] Units =
    [
        ("KIB", 1L << 10), ("MIB", 1L << 20), ("GIB", 1L << 30), ("TIB", 1L << 40),
        ("KB", 1e3), ("MB", 1e6), ("GB", 1e9), ("TB", 1e12), ("B", 1), ("", 1),
    ];

    /// <summary>Reads a positive number, whole or not, with a unit: B, KB, MB, GB, TB (powers of 1000), KiB, MiB, GiB, TiB (of 1024); bytes where there is none.</summary>
    internal static bool TryParse(string text, out long bytes)
    {
        bytes = 0;
        string trimmed = text.Trim().ToUpperInvariant();
        (string unit, double factor) = Array.Find(Units, each => trimmed.EndsWith(each.Unit, StringComparison.Ordinal));
        if (!double.TryParse(trimmed[..^unit.Length].TrimEnd(), NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out double number)
            || !(number * factor is >= 1 and < long.MaxValue))
        {
            return false;
        }

        bytes = (long)Math.Round(number * factor);
        return true;
    }

    /// <summary>As in 67.1 MB.</summary>
    internal static string Show(double bytes)
    {
        (string unit, double factor) = bytes switch
        {
            >= 1e12 => ("TB", 1e12),
            >= 1e9 => ("GB", 1e9),
            >= 1e6 => ("MB", 1e6),
            >= 1e3 => ("KB", 1e3),
            _ => ("B", 1.0),
        };
        double number = bytes / factor;
        return $"{number.ToString(factor > 1 && number < 100 ? "0.0" : "0", CultureInfo.InvariantCulture)} {unit}";
    }

    /// <summary>An option that takes a size; null where it is not given.</summary>
    internal static Option<long?> Option(string name, string description) => new(name) { Description = description, HelpName = "SIZE", CustomParser = Read };

    private static long? Read(ArgumentResult argument)
    {
        string text = argument.Tokens[0].Value;
        if (TryParse(text, out long bytes))
        {
            return bytes;
        }

        argument.AddError($"'{text}' is no size; sizes are as in 512MB, 1.5GB, 64MiB.");
        return null;
    }
}
