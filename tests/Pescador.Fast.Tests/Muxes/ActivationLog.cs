namespace Pescador.Fast.Tests;

/// <summary>Endless streams that note their activations that were drawn at least once, and how many samples each gave.</summary>
internal sealed class ActivationLog
{
    internal ActivationLog(int streams)
    {
        Counts = [.. Enumerable.Range(0, streams).Select(_ => new List<int>())];
        Streams = [.. Enumerable.Range(0, streams).Select(i => Streamer.Create(Stream, i))];
    }

    internal Streamer<int>[] Streams { get; }

    internal List<int>[] Counts { get; }

    /// <summary>How many samples all streams have given.</summary>
    internal long Position { get; private set; }

    /// <summary>The position after the last sample of each closed activation.</summary>
    internal List<(int Stream, long Position)> Closings { get; } = [];

    internal long[] Activations => [.. Counts.Select(counts => (long)counts.Count)];

    private IEnumerable<int> Stream(StreamContext context, int index)
    {
        int number = Counts[index].Count;
        Counts[index].Add(0);
        try
        {
            while (true)
            {
                Counts[index][number]++;
                Position++;
                yield return index;
            }
        }
        finally
        {
            Closings.Add((index, Position));
        }
    }
}
