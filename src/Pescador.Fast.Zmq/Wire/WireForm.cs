namespace Pescador.Fast;

/// <summary>How samples of one form are written: the tensors' order, and their headers.</summary>
internal sealed class WireForm
{
    private readonly SampleSpec _spec;
    private readonly string _worker;
    private readonly int[] _order;
    private HeaderTemplate? _withState;

    /// <exception cref="DataException">The samples have no tensors.</exception>
    internal WireForm(SampleSpec spec, string worker)
    {
        if (spec.Count == 0)
        {
            throw new DataException("A sample without tensors cannot be sent: its header would read as the stream's end.");
        }

        _spec = spec;
        _worker = worker;
        _order = [.. Enumerable.Range(0, spec.Count)];
        Array.Sort(_order, (left, right) => string.CompareOrdinal(spec[left].Name, spec[right].Name));
        Plain = new HeaderTemplate(spec, _order, worker, hasState: false, null);
    }

    /// <summary>The tensors' places in the spec, in the wire's order: sorted by key.</summary>
    internal ReadOnlySpan<int> Order => _order;

    /// <summary>The header without a state.</summary>
    internal HeaderTemplate Plain { get; }

    /// <summary>The header with a state.</summary>
    internal HeaderTemplate WithState => _withState ??= new HeaderTemplate(_spec, _order, _worker, hasState: true, null);

    /// <summary>The header that tells once why there are no states any more.</summary>
    internal HeaderTemplate Telling(string unsaved, bool hasState) => new(_spec, _order, _worker, hasState, unsaved);
}
