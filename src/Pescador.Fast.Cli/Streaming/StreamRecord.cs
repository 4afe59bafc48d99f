namespace Pescador.Fast.Cli.Streaming;

/// <summary>What a picture of a stream is drawn from.</summary>
internal sealed class StreamRecord
{
    private const int MostPoints = 240; // a picture has no room for more
    private const int MostGroups = 24;

    private readonly string _path;
    private readonly StreamSession _session;
    private readonly SourceGroup[] _groups;
    private readonly TimeSpan _interval;
    private readonly List<Point> _points = [];
    private StreamGlimpse _last;

    private StreamRecord(string path, StreamSession session, SourceGroup[] groups, TimeSpan interval)
    {
        _path = path;
        _session = session;
        _groups = groups;
        _interval = interval;
    }

    /// <summary>A moment.</summary>
    /// <param name="Glimpse">Of the stream.</param>
    /// <param name="Drawn">Samples of each group so far.</param>
    internal readonly record struct Point(StreamGlimpse Glimpse, long[] Drawn);

    /// <summary>Sources side by side, drawn as one.</summary>
    /// <param name="Name">As it stands at the axis.</param>
    /// <param name="First">Its first source.</param>
    /// <param name="Count">How many.</param>
    /// <param name="Expected">Share of the samples that is expected of it.</param>
    internal sealed record SourceGroup(string Name, int First, int Count, double Expected);

    internal IReadOnlyList<Point> Points => _points;

    internal IReadOnlyList<SourceGroup> Groups => _groups;

    /// <summary>Prepares a picture.</summary>
    /// <exception cref="IOException">It could not be written.</exception>
    internal static StreamRecord Begin(string path, StreamSession session, IReadOnlyList<Source> files, StreamPlan plan, TimeSpan interval)
    {
        // Now, and not after the stream: somebody would have waited for nothing.
        using (new FileStream(path, FileMode.OpenOrCreate, FileAccess.Write))
        {
        }

        double[] expected = Expected(files, plan);
        int groups = Math.Min(MostGroups, files.Count);
        var named = new SourceGroup[groups];
        for (int i = 0; i < groups; i++)
        {
            int first = (int)((long)files.Count * i / groups);
            int count = (int)((long)files.Count * (i + 1) / groups) - first;
            string name = files.Count > MostGroups
                ? FormattableString.Invariant($"{first + 1:#,0}–{first + count:#,0}")
                : Path.GetFileName(files[i].Path);
            named[i] = new SourceGroup(name, first, count, expected.AsSpan(first, count).ToArray().Sum());
        }

        return new StreamRecord(path, session, named, TimeSpan.FromTicks(Math.Max(interval.Ticks, plan.Duration.Ticks / MostPoints)));
    }

    /// <summary>Keeps a glimpse, unless the one before is too near.</summary>
    internal void Add(StreamGlimpse glimpse)
    {
        _last = glimpse;
        if (_points.Count == 0 || glimpse.Elapsed - _points[^1].Glimpse.Elapsed > _interval * 0.9)
        {
            Keep(glimpse);
        }
    }

    internal void Draw(StreamPlan plan)
    {
        if (_points.Count == 0 || _points[^1].Glimpse.Elapsed < _last.Elapsed)
        {
            Keep(_last);
        }

        File.WriteAllText(_path, StreamPicture.Draw(this, plan));
    }

    private void Keep(StreamGlimpse glimpse)
    {
        IReadOnlyList<StreamTally> tallies = _session.Tallies;
        var drawn = new long[_groups.Length];
        for (int i = 0; i < drawn.Length; i++)
        {
            for (int j = 0; j < _groups[i].Count; j++)
            {
                drawn[i] += tallies[_groups[i].First + j].Samples;
            }
        }

        _points.Add(new Point(glimpse, drawn));
    }

    // In an epoch a file's share is that of its rows.
    private static double[] Expected(IReadOnlyList<Source> files, StreamPlan plan)
    {
        double[] parts = plan switch
        {
            { Mode: StochasticMode.Exhaustive, Rate: null } => [.. files.Select(static file => (double)(file.Inspect().Rows ?? 0))],
            { Weights: { } weights } when weights.Length == files.Count => [.. weights],
            _ => [.. Enumerable.Repeat(1.0, files.Count)],
        };
        double sum = Math.Max(double.Epsilon, parts.Sum());
        return Array.ConvertAll(parts, part => part / sum);
    }
}
