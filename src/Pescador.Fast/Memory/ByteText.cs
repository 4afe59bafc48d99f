using System.Globalization;

namespace Pescador.Fast;

/// <summary>Numbers of bytes in messages.</summary>
internal static class ByteText
{
    /// <summary>In the largest decimal unit that leaves at least 1, with up to three figures: <c>67.1 MB</c>.</summary>
    internal static string Of(long bytes)
    {
        (string unit, double length) = bytes switch
        {
            >= 1_000_000_000_000 => ("TB", 1e12),
            >= 1_000_000_000 => ("GB", 1e9),
            >= 1_000_000 => ("MB", 1e6),
            >= 1_000 => ("KB", 1e3),
            _ => ("B", 1),
        };
        double count = bytes / length;
        string format = count < 10 && length > 1 ? "0.##" : count < 100 && length > 1 ? "0.#" : "0";
        return $"{count.ToString(format, CultureInfo.InvariantCulture)} {unit}";
    }
}
