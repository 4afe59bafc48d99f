using System.Diagnostics;

namespace Pescador.Fast;

/// <summary>
/// After how many items the next checkpoint is due: so many that saving takes at most 1 % of the time that making them does, but never more
/// than 65,536. Who restores replays less than the interval, so at most about as long as 100 savings take.
/// </summary>
/// <param name="fixedInterval">Another law, for tests: always so many.</param>
internal sealed class CheckpointPolicy(int? fixedInterval)
{
    internal const int LongestInterval = 65_536;

    private const double LargestShare = 0.01;
    private const int LargestGrowth = 8;

    private TimeSpan _waitedBefore;
    private long _lastEnd;

    /// <summary>Begins to measure.</summary>
    /// <param name="now">When, as a time stamp.</param>
    /// <returns>After how many items the first one is due.</returns>
    internal int Begin(long now)
    {
        _lastEnd = now;
        _waitedBefore = TimeSpan.Zero;
        return fixedInterval ?? 1;
    }

    /// <summary>A checkpoint was taken.</summary>
    /// <param name="items">How many items were made since the last one.</param>
    /// <param name="begun">When, as a time stamp.</param>
    /// <param name="ended">And when that was done.</param>
    /// <param name="waited">How long the producer has waited for room in all.</param>
    /// <returns>After how many items the next one is due.</returns>
    internal int Next(long items, long begun, long ended, TimeSpan waited)
    {
        double making = Stopwatch.GetElapsedTime(_lastEnd, begun).Ticks - (waited - _waitedBefore).Ticks;
        double saving = Stopwatch.GetElapsedTime(begun, ended).Ticks;
        _lastEnd = ended;
        _waitedBefore = waited;
        return fixedInterval ?? IntervalOf(saving, making, items);
    }

    /// <summary>The interval that follows one of <paramref name="items"/> items.</summary>
    /// <remarks>At most 8 times as long: a first save, which compiles its code, or one that was interrupted says little.</remarks>
    internal static int IntervalOf(double saving, double making, long items)
    {
        double needed = making > 0 ? Math.Ceiling(saving * items / (making * LargestShare)) : double.PositiveInfinity;
        return (int)Math.Clamp(needed, 1, Math.Min(LargestGrowth * items, LongestInterval));
    }
}
