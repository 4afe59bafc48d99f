namespace Pescador.Fast.Cli.Running;

/// <summary>What a budget must hold at least, for an error that says so.</summary>
internal static class BudgetNeeds
{
    private const int SlabsBesidePrefetched = 3;
    private const long Alignment = 64;

    /// <summary>Runs work under a budget; where that turns out too small, the error says what would do.</summary>
    internal static T Run<T>(IReadOnlyList<Source> sources, Mix mix, Func<T> work)
    {
        try
        {
            return work();
        }
        catch (PescadorException error) when (error.GetType() == typeof(PescadorException) && Least(sources, mix) is var least && least > mix.BudgetInBytes)
        {
            throw new PescadorException($"{error.Message} The least that would do here is --budget {Rounded(least)}.", error);
        }
    }

    /// <summary>Batches, twice where they are converted, and what the largest sources hold that may be open at once.</summary>
    internal static long Least(IReadOnlyList<Source> sources, Mix mix)
    {
        long longestBatch = 0;
        var held = new List<long>();
        foreach (Source source in sources)
        {
            SourceInfo info = source.Inspect();
            bool isHeld = info.Format == "csv" || info.Arrays.Any(static array => array.IsCompressed);
            held.Add(isHeld ? info.Arrays.Sum(static array => Align(array.LengthInBytes)) : 0);
            longestBatch = Math.Max(longestBatch, info.Rows is > 0 and long rows
                ? info.Arrays.Sum(array => Align(array.LengthInBytes / rows * mix.Batch) + Align(Converted(array) / rows * mix.Batch))
                : 0);
        }

        return (longestBatch * (mix.Prefetch + SlabsBesidePrefetched)) + held.OrderDescending().Take(mix.Active).Sum();
    }

    private static long Converted(ArrayInfo array) =>
        array.ElementType == ElementType.Float32 ? 0 : array.LengthInBytes / array.ElementType.SizeInBytes() * sizeof(float);

    private static long Align(long length) => (length + Alignment - 1) / Alignment * Alignment;

    // Upwards to a tenth of a unit, so that it is short and suffices.
    private static string Rounded(long bytes) => bytes switch
    {
        > 100_000_000 => FormattableString.Invariant($"{Math.Ceiling(bytes / 1e6):0}MB"),
        > 100_000 => FormattableString.Invariant($"{Math.Ceiling(bytes / 1e5) / 10:0.0}MB"),
        _ => FormattableString.Invariant($"{Math.Ceiling(bytes / 1e2) / 10:0.0}KB"),
    };
}
