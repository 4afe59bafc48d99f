namespace Pescador.Fast;

/// <summary>An open source: its rows, mapped, inflated or parsed. Owned by the working set, which disposes it; views of its rows keep its
/// memory until they are disposed.</summary>
internal abstract class SourceTable : IDisposable
{
    /// <summary>For messages.</summary>
    internal abstract string Name { get; }

    internal abstract long Count { get; }

    /// <summary>The form of every row; of the first row, where they may differ.</summary>
    internal abstract SampleSpec RowSpec { get; }

    /// <summary>Bytes of inflated, parsed or index data that it holds against its budget.</summary>
    internal abstract long HeldInBytes { get; }

    /// <summary>How many mappings it holds.</summary>
    internal abstract int Mappings { get; }

    /// <summary>Whether rows can be shown where they lie; if so <see cref="View"/> works.</summary>
    internal abstract bool CanView { get; }

    /// <summary>Whether all rows have the form of <see cref="RowSpec"/>.</summary>
    internal virtual bool HasOneForm => true;

    /// <summary>The form of a row.</summary>
    internal virtual SampleSpec SpecOf(long row) => RowSpec;

    /// <summary>Lets a view stand for rows from <paramref name="row"/> on, and hold the table's memory.</summary>
    /// <param name="view">An empty view.</param>
    /// <param name="spec">The row's form, or that of several stacked.</param>
    /// <param name="row">The first one.</param>
    internal abstract void View(SampleCore view, SampleSpec spec, long row);

    /// <summary>Writes rows, each tensor in the order of the row's spec, into blocks.</summary>
    /// <param name="row">The first one.</param>
    /// <param name="count">How many.</param>
    /// <param name="destination">A block per tensor, cut into rows.</param>
    /// <param name="destinationRow">Where the first row goes.</param>
    /// <exception cref="DataException">The row is damaged, or the file has lost it since it was opened.</exception>
    internal abstract void Read(long row, nint count, TensorBlock[] destination, nint destinationRow);

    /// <summary>Fails if one of some rows could not be parsed; asked before a view of them is given.</summary>
    /// <exception cref="DataException">One could not.</exception>
    internal virtual void ThrowIfBad(long row, nint count)
    {
    }

    /// <summary>Asks for the beginning of a row, which will be read soon.</summary>
    internal virtual void Prefetch(long row)
    {
    }

    /// <summary>Lets the system read rows that will be read soon and in order.</summary>
    internal virtual void ReadAhead(long row, long count)
    {
    }

    /// <summary>Whether the files are still those that were opened, unchanged.</summary>
    internal abstract bool IsCurrent { get; }

    /// <summary>Fails if the files have lost data that was read from them: zeros stood in their place. Costs next to nothing.</summary>
    /// <exception cref="DataException">They have.</exception>
    internal abstract void ThrowIfLost();

    /// <summary>Fails if the files are shorter now, or gone. Asks the system.</summary>
    /// <exception cref="DataException">They are.</exception>
    internal abstract void ThrowIfGone();

    public abstract void Dispose();
}
