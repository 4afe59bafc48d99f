using System.Diagnostics;

namespace Pescador.Fast.Throughput;

/// <summary>Warms up until the figures are stable, then measures in rounds, subject and reference in turns.</summary>
/// <param name="time">Measured time, all rounds of subject and reference together.</param>
internal sealed class Measure(TimeSpan time)
{
    private const int FewestRounds = 5;
    private const int MostRounds = 25;
    private const double StableWithin = 0.02;

    // The runtime compiles anew 100 ms after the last method was first called; three windows before that look stable, too.
    private static readonly TimeSpan ShortestWarmUp = TimeSpan.FromMilliseconds(400);

    private static readonly TimeSpan LongestWarmUp = TimeSpan.FromSeconds(12);

    /// <summary>Measured time of a workload.</summary>
    internal TimeSpan Time => time;

    internal Rounds Of(Contestant subject, Contestant? reference = null)
    {
        int contestants = reference is null ? 1 : 2;
        int rounds = Math.Clamp((int)(time.TotalSeconds / contestants / 0.2), FewestRounds, MostRounds);
        TimeSpan each = time / rounds / contestants;
        (TimeSpan warmUp, bool isStable) = WarmUp(subject, reference);

        var subjectRates = new double[rounds];
        var referenceRates = new double[reference is null ? 0 : rounds];
        long allocated = 0;
        long units = 0;
        for (int i = 0; i < rounds; i++)
        {
            // Who goes second finds the caches as the first has left them: they take turns.
            if (reference is not null && i % 2 == 1)
            {
                referenceRates[i] = Run(reference, each).UnitsPerSecond;
            }

            Round round = Run(subject, each);
            subjectRates[i] = round.UnitsPerSecond;
            allocated += round.AllocatedBytes;
            units += round.Units;
            if (reference is not null && i % 2 == 0)
            {
                referenceRates[i] = Run(reference, each).UnitsPerSecond;
            }
        }

        return new Rounds(subjectRates, referenceRates, (double)allocated / units, warmUp, isStable);
    }

    private (TimeSpan Elapsed, bool IsStable) WarmUp(Contestant subject, Contestant? reference)
    {
        TimeSpan longest = TimeSpan.FromSeconds(Math.Clamp(2 * time.TotalSeconds, 1, LongestWarmUp.TotalSeconds));
        TimeSpan window = TimeSpan.FromSeconds(Math.Clamp(time.TotalSeconds / 20, 0.02, 0.1));
        long start = Stopwatch.GetTimestamp();
        var rates = new List<double>();
        var referenceRates = new List<double>();
        while (Stopwatch.GetElapsedTime(start) < longest)
        {
            rates.Add(Run(subject, window).UnitsPerSecond);
            if (reference is not null)
            {
                referenceRates.Add(Run(reference, window).UnitsPerSecond);
            }

            if (Stopwatch.GetElapsedTime(start) > ShortestWarmUp && IsStable(rates) && (reference is null || IsStable(referenceRates)))
            {
                return (Stopwatch.GetElapsedTime(start), true);
            }
        }

        return (Stopwatch.GetElapsedTime(start), false);
    }

    // The last three windows against the three before: by their medians, for single windows are disturbed.
    private static bool IsStable(List<double> rates) =>
        rates.Count >= 6 && Math.Abs((Figure.Of(rates[^3..]).Median / Figure.Of(rates[^6..^3]).Median) - 1) < StableWithin;

    private static Round Run(Contestant contestant, TimeSpan atLeast)
    {
        contestant.Resume();
        long begun = Stopwatch.GetTimestamp();
        long ticks = 0;
        long allocated = 0;
        long pieces = 0;
        do
        {
            contestant.Prepare();
            long before = contestant.ReadAllocatedBytes();
            long start = Stopwatch.GetTimestamp();
            contestant.Run();
            ticks += Stopwatch.GetTimestamp() - start;
            allocated += contestant.ReadAllocatedBytes() - before;
            pieces++;
            contestant.Check();
        }
        while (Stopwatch.GetElapsedTime(0, ticks) < atLeast && Stopwatch.GetElapsedTime(begun) < 2 * atLeast); // preparing may take longer
        long units = pieces * contestant.UnitsPerPiece;
        return new Round(units, units / Stopwatch.GetElapsedTime(0, ticks).TotalSeconds, allocated);
    }

    private readonly record struct Round(long Units, double UnitsPerSecond, long AllocatedBytes);
}
