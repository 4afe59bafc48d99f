namespace Pescador.Fast;

/// <summary>What is in many sources, from their headers: those of one form together, and those that cannot be read.</summary>
public sealed class SourceSurvey
{
    private readonly Dictionary<string, SourceGroup> _groups = [];
    private readonly List<SourceGroup> _inOrder = [];
    private readonly List<BadSample> _failures = [];

    private SourceSurvey()
    {
    }

    /// <summary>Sources of one form, in the order in which the first of each came.</summary>
    public IReadOnlyList<SourceGroup> Groups => _inOrder;

    /// <summary>Those that cannot be read: the path, and why.</summary>
    public IReadOnlyList<BadSample> Failures => _failures;

    /// <summary>Sources that can be read.</summary>
    public int Sources => _inOrder.Sum(static group => group.Sources.Count);

    /// <summary>Of these together.</summary>
    public long Rows => _inOrder.Sum(static group => group.Rows);

    /// <summary>Of these together, in bytes.</summary>
    public long LengthInBytes => _inOrder.Sum(static group => group.LengthInBytes);

    /// <summary>Inspects sources.</summary>
    /// <param name="sources">Which.</param>
    /// <param name="progress">Told after each how many were inspected.</param>
    /// <param name="cancellation">Ends it.</param>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public static SourceSurvey Of(IEnumerable<Source> sources, Action<int>? progress = null, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(sources);
        var survey = new SourceSurvey();
        int inspected = 0;
        foreach (Source source in sources)
        {
            cancellation.ThrowIfCancellationRequested();
            survey.Add(source);
            progress?.Invoke(++inspected);
        }

        return survey;
    }

    private void Add(Source source)
    {
        try
        {
            SourceInfo info = source.Inspect();
            string key = SourceGroup.KeyOf(info);
            if (!_groups.TryGetValue(key, out SourceGroup? group))
            {
                group = new SourceGroup(info.Format);
                _groups.Add(key, group);
                _inOrder.Add(group);
            }

            group.Add(info);
        }
        catch (DataException error)
        {
            _failures.Add(new BadSample(source.Path, error.Row, error.Reason));
        }
    }
}
