using System.Globalization;

namespace Pescador.Fast;

/// <summary>Sizes as people write them, and as the command reads them: 512MB, 1.5 GiB, 4096.</summary>
internal static class SizeInBytes
{
    private static readonly (string Unit, double Bytes)[] Units =
    [
        ("KIB", 1L << 10), ("MIB", 1L << 20), ("GIB", 1L << 30), ("TIB", 1L << 40),
        ("KB", 1e3), ("MB", 1e6), ("GB", 1e9), ("TB", 1e12), ("B", 1), ("", 1),
    ];

    /// <summary>Reads a positive number with a unit: KB to TB are powers of 1000, KiB to TiB of 1024; bytes where there is none.</summary>
    internal static bool TryParse(string text, out long bytes)
    {
        string trimmed = text.Trim().ToUpperInvariant();
        (string unit, double factor) = Array.Find(Units, each => trimmed.EndsWith(each.Unit, StringComparison.Ordinal));
        bool isNumber = double.TryParse(trimmed[..^unit.Length].TrimEnd(), NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out double number);
        bool isSize = isNumber && number * factor is >= 1 and < long.MaxValue;
        bytes = isSize ? (long)Math.Round(number * factor) : 0;
        return isSize;
    }
}
