using System.Diagnostics;

namespace Pescador.Fast;

/// <summary>Waits for a moment without sleeping, where that has paid lately. Used by one thread.</summary>
internal sealed class AdaptiveSpin
{
    // Being woken takes 5 to 50 µs, so what is shorter is better spun through. But where both sides share a processor, because others are busy,
    // spinning keeps the one from running that is waited for: what fails is halved, and the shortest spin finds out that it pays again.
    private static readonly long Longest = Environment.ProcessorCount > 1 ? Stopwatch.Frequency / 50_000 : 0; // 20 µs
    private static readonly long Shortest = Longest / 40;

    private long _length = Longest;

    /// <summary>Whether the condition came to hold.</summary>
    internal bool Try(Func<bool> condition)
    {
        long begun = Stopwatch.GetTimestamp();
        while (Stopwatch.GetTimestamp() - begun < _length)
        {
            if (condition())
            {
                _length = Math.Min(_length * 2, Longest);
                return true;
            }

            Thread.SpinWait(4);
        }

        _length = Math.Max(_length / 2, Shortest);
        return false;
    }
}
