namespace Pescador.Fast;

/// <summary>A shard that is being written, under names that end in <c>.part</c>.</summary>
internal abstract class Shard(SampleSpec rowSpec) : IDisposable
{
    /// <summary>The name that such a file has until all shards are complete.</summary>
    internal const string PartEnd = ".part";

    private readonly int[] _places = new int[rowSpec.Count];
    private SampleSpec? _lastSpec;

    /// <summary>The form of its rows.</summary>
    internal SampleSpec RowSpec { get; } = rowSpec;

    /// <summary>The names of its files when they are complete.</summary>
    internal abstract IReadOnlyList<string> Paths { get; }

    /// <summary>Rows written so far.</summary>
    internal long Rows { get; private set; }

    /// <summary>Writes a row, whose tensors may be in another order.</summary>
    internal void Write(Sample row)
    {
        if (!ReferenceEquals(row.Spec, _lastSpec))
        {
            _lastSpec = row.Spec;
            for (int i = 0; i < _places.Length; i++)
            {
                _places[i] = _lastSpec.IndexOf(RowSpec[i].Name);
            }
        }

        for (int i = 0; i < _places.Length; i++)
        {
            Write(i, row[_places[i]]);
        }

        Rows++;
    }

    /// <summary>Ends the files, and leaves them as <c>NAME.part</c>.</summary>
    /// <param name="notes">Takes what falls short.</param>
    internal abstract void Complete(List<string> notes);

    /// <summary>Closes the files and removes them, unless they are complete.</summary>
    public abstract void Dispose();

    /// <summary>Writes a row of one tensor.</summary>
    protected abstract void Write(int tensor, TensorView row);
}
