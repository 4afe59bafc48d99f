using System.Globalization;

namespace Pescador.Fast;

/// <summary>Numbers of bytes as people write and read them: <c>256MB</c>, <c>1.5 GiB</c>.</summary>
public static class ByteSize
{
    // The longest first, so that "KiB" is not taken for "B".
    private static readonly (string Unit, long Bytes)[] Units =
    [
        ("KiB", 1L << 10), ("MiB", 1L << 20), ("GiB", 1L << 30), ("TiB", 1L << 40),
        ("KB", 1_000), ("MB", 1_000_000), ("GB", 1_000_000_000), ("TB", 1_000_000_000_000), ("B", 1),
    ];

    /// <summary>Reads a number of bytes: a number, not negative, and one of B, KB, MB, GB, TB (powers of 1,000) or KiB, MiB, GiB, TiB (powers of
    /// 1,024), in any case; without a unit it is bytes.</summary>
    /// <param name="text">As in <c>64KB</c>, <c>1.5 GiB</c> or <c>4096</c>.</param>
    /// <param name="bytes">Rounded to whole bytes.</param>
    /// <returns>False where it is none, or more than a <see cref="long"/> holds.</returns>
    public static bool TryParse(string? text, out long bytes)
    {
        string number = (text ?? "").Trim();
        long unitLength = 1;
        foreach ((string unit, long length) in Units)
        {
            if (number.EndsWith(unit, StringComparison.OrdinalIgnoreCase))
            {
                number = number[..^unit.Length].TrimEnd();
                unitLength = length;
                break;
            }
        }

        bytes = 0;
        if (!decimal.TryParse(number, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out decimal count)
            || count > (decimal)long.MaxValue / unitLength)
        {
            return false;
        }

        bytes = (long)Math.Round(count * unitLength, MidpointRounding.ToEven);
        return true;
    }

    /// <summary>Writes a number of bytes in the largest decimal unit that leaves at least 1, with three figures: <c>629 MB</c>, <c>1.23 GB</c>.</summary>
    public static string ToText(long bytes)
    {
        (string unit, long length) = Math.Abs((decimal)bytes) switch
        {
            >= 999_500_000_000 => ("TB", 1_000_000_000_000),
            >= 999_500_000 => ("GB", 1_000_000_000),
            >= 999_500 => ("MB", 1_000_000),
            >= 1_000 => ("KB", 1_000),
            _ => ("B", 1L),
        };
        decimal count = (decimal)bytes / length;
        string format = unit == "B" || Math.Abs(count) >= 99.95m ? "#,0" : Math.Abs(count) >= 9.995m ? "0.0" : "0.00";
        return count.ToString(format, CultureInfo.InvariantCulture) + " " + unit;
    }
}
