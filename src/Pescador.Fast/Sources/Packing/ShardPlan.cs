using System.Diagnostics.CodeAnalysis;

namespace Pescador.Fast;

/// <summary>What is to be packed, from the headers: the rows' one form, and the sources that have rows.</summary>
internal sealed class ShardPlan
{
    private const int ShuffledTogether = 64;

    private readonly List<(Source Source, SourceInfo Info)> _sources = [];
    private readonly List<BadSample> _bad = [];

    private ShardPlan(SampleSpec rowSpec) => RowSpec = rowSpec;

    /// <summary>The form of every row.</summary>
    internal SampleSpec RowSpec { get; private set; }

    /// <summary>Rows there are, bad ones included.</summary>
    internal long Rows { get; private set; }

    /// <summary>Sources that cannot be read, and are left out.</summary>
    internal IReadOnlyList<BadSample> Bad => _bad;

    /// <summary>Of one row, dense, in bytes.</summary>
    internal long RowLengthInBytes => RowSpec.Tensors.ToArray().Sum(static tensor => (long)tensor.LengthInBytes);

    internal static ShardPlan Of(IReadOnlyList<Source> sources, PackOptions options, Action<PackProgress>? progress, CancellationToken cancellation)
    {
        ShardPlan? plan = null;
        List<BadSample> bad = [];
        for (int i = 0; i < sources.Count; i++)
        {
            cancellation.ThrowIfCancellationRequested();
            if (TryInspect(sources[i], bad, options.MaxBadRows, out SourceInfo? info))
            {
                plan ??= new ShardPlan(SpecOf(info));
                plan.Add(sources[i], info);
            }

            progress?.Invoke(new PackProgress(i + 1, sources.Count, 0, 0, 0));
        }

        if (plan is null || plan.Rows == 0)
        {
            throw new DataException($"There are no rows to pack in {sources.Count} sources.");
        }

        plan._bad.AddRange(bad);
        return plan;
    }

    /// <summary>The rows of all sources, each once.</summary>
    internal Streamer<Sample> Stream(PackOptions options)
    {
        RowOrder order = options.Shuffle ? RowOrder.Permuted : RowOrder.InOrder;
        Streamer<Sample>[] streams = [.. _sources.Select(entry => RowsOf(entry.Source, entry.Info, order))];
        Streamer<Sample> rows = (streams.Length, options.Shuffle) switch
        {
            (1, _) => streams[0].WithSeed(options.Seed),
            (_, false) => new ChainMux<Sample>(streams, seed: options.Seed),
            _ => new StochasticMux<Sample>(
                streams, Math.Min(streams.Length, ShuffledTogether), rate: null, [.. _sources.Select(static entry => (double)entry.Info.Rows!)], // Add has checked
                StochasticMode.Exhaustive, seed: options.Seed),
        };
        int mayBeBad = options.MaxBadRows - _bad.Count;
        return mayBeBad > 0 ? rows.SkipBad(mayBeBad) : rows;
    }

    private static bool TryInspect(Source source, List<BadSample> bad, int maxBad, [NotNullWhen(true)] out SourceInfo? info)
    {
        try
        {
            info = source.Inspect();
            return true;
        }
        catch (DataException error) when (bad.Count < maxBad)
        {
            bad.Add(new BadSample(source.Path, error.Row, error.Reason));
            info = null;
            return false;
        }
    }

    private static SampleSpec SpecOf(SourceInfo info) => new([.. info.Arrays.Select(array => new TensorSpec(
        array.Name, array.ElementType, array.Shape.IsEmpty ? [] : [.. array.Shape[1..].ToArray().Select(length => length >= 0
            ? length
            : throw new DataException(info.Path, null, $"the rows of {array} differ in length; shards hold rows of one form"))]))]);

    private void Add(Source source, SourceInfo info)
    {
        if (info.Rows is not { } rows)
        {
            throw new DataException(info.Path, null, $"the arrays {string.Join(", ", info.Arrays)} have no rows in common");
        }

        if (SpecOf(info).DifferenceFrom(RowSpec, "its rows") is { } difference)
        {
            throw new DataException(info.Path, null, $"{difference}; shards hold rows of one form, that of '{_sources[0].Info.Path}'");
        }

        if (rows > 0 || _sources.Count == 0)
        {
            if (Rows == 0)
            {
                _sources.Clear(); // the first one was kept for its form only
            }

            _sources.Add((source, info));
            Rows = checked(Rows + rows);
        }
    }

    // Only in a .tar can a row have a form of its own.
    private Streamer<Sample> RowsOf(Source source, SourceInfo info, RowOrder order) => info.Format != "tar"
        ? source.Rows(order)
        : source.Rows(order).Select(row => row.Spec.DifferenceFrom(RowSpec, "a row") is { } difference
            ? throw new DataException(info.Path, null, $"{difference}; shards hold rows of one form")
            : row);
}
