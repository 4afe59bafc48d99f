namespace Pescador.Fast.Tests;

/// <summary>Short forms for streams of letters and numbers.</summary>
internal static class Streams
{
    /// <summary>A stream of letters for each text.</summary>
    internal static Streamer<char>[] Letters(params string[] texts) => [.. texts.Select(text => Streamer.From(text.ToCharArray()))];

    /// <summary>The next run's first letters.</summary>
    internal static string Text(Streamer<char> streamer, int most = 1_000) => string.Concat(streamer.Iterate(most));

    internal static ActiveStream<T> Open<T>(Streamer<T> streamer) => streamer.Open();

    internal static ActiveStream<T> Restore<T>(Streamer<T> streamer, StreamState state) => streamer.Restore(state);

    /// <summary>The next run's first items.</summary>
    internal static T[] Items<T>(Streamer<T> streamer, int most) => [.. streamer.Iterate(most)];

    /// <summary>Runs it without looking at what it gives.</summary>
    /// <returns>How many samples came.</returns>
    internal static int Run<T>(Streamer<T> streamer, int most)
    {
        int count = 0;
        foreach (T _ in streamer.Iterate(most))
        {
            count++;
        }

        return count;
    }

    /// <summary>The next items of an open stream.</summary>
    internal static T[] Next<T>(ActiveStream<T> stream, int most)
    {
        var items = new List<T>();
        while (items.Count < most && stream.MoveNext())
        {
            items.Add(stream.Current);
        }

        return [.. items];
    }
}
