using System.Globalization;

namespace Pescador.Fast.Throughput;

/// <summary>What Python says of an epoch.</summary>
/// <param name="Samples">Learned.</param>
/// <param name="Seconds">By its own clock.</param>
/// <param name="LastLoss">Of the last batch, before its step.</param>
internal readonly record struct DataLoaderEpoch(long Samples, double Seconds, double LastLoss)
{
    /// <summary>Reads three numbers with a space between them; null where they are not.</summary>
    internal static DataLoaderEpoch? TryParse(string text) =>
        text.Split(' ') is [var samples, var seconds, var loss]
        && long.TryParse(samples, NumberStyles.None, CultureInfo.InvariantCulture, out long count)
        && double.TryParse(seconds, NumberStyles.Float, CultureInfo.InvariantCulture, out double time)
        && double.TryParse(loss, NumberStyles.Float, CultureInfo.InvariantCulture, out double last)
            ? new DataLoaderEpoch(count, time, last)
            : null;
}
