using System.Diagnostics;

namespace Pescador.Fast;

/// <summary>An open source of arrays with equal first dimensions: mapped where they lie, inflated or parsed.</summary>
internal sealed class ColumnTable : SourceTable, ISlabHome
{
    // Files of rows up to here are read by the page, not by the 128 KiB around it: what is drawn at random has no neighbours that are wanted. With cached
    // pages it makes no difference (bench/RESULTS.md, "files").
    private const long LongestReadAlone = 8192;

    private readonly FileMapping[] _files;
    private readonly SampleCore _core; // what views hold; goes home when the table is disposed and the last of them is
    private readonly long _generation;
    private readonly TensorBlock[] _rows; // cut into rows as they are stored
    private readonly StoredRows[] _forms;
    private readonly IReadOnlyDictionary<long, string>? _badRows;

    private ColumnTable(
        string name, SampleSpec spec, Slab slab, StoredRows[] forms, FileMapping[] files, long heldInBytes, IReadOnlyDictionary<long, string>? badRows)
    {
        Name = name;
        HeldInBytes = heldInBytes;
        _files = files;
        _forms = forms;
        _badRows = badRows;
        Count = spec[0].Shape[0];
        RowSpec = new SampleSpec(Array.ConvertAll(spec.Tensors.ToArray(), static tensor => new TensorSpec(tensor.Name, tensor.ElementType, tensor.Shape[1..]))).Share();
        _core = new SampleCore(this, new WeakReference<ISlabHome>(this), spec, slab);
        _generation = _core.Generation;
        _rows = new TensorBlock[forms.Length];
        CanView = true;
        for (int i = 0; i < forms.Length; i++)
        {
            StoredRows form = forms[i];
            _rows[i] = slab.Blocks[i].CutFrom(0, form.Stride);
            CanView &= form.IsAsGiven && form.Stride == form.RowLengthInBytes && slab.Blocks[i].Address % RowSpec[i].ElementType.SizeInBytes() == 0;
        }
    }

    internal override string Name { get; }

    internal override long Count { get; }

    internal override SampleSpec RowSpec { get; }

    internal override long HeldInBytes { get; }

    internal override int Mappings => _files.Length;

    internal override bool CanView { get; }

    internal override bool IsCurrent => Array.TrueForAll(_files, static file => file.IsCurrent);

    /// <summary>Opens arrays that lie in mapped files; deflated ones are inflated into memory of the budget.</summary>
    /// <param name="name">For messages.</param>
    /// <param name="arrays">Each with the file that holds it; at least one, none of them a scalar, with equal first dimensions.</param>
    /// <param name="budget">What inflated data counts against.</param>
    /// <returns>A table that owns the mappings from here on.</returns>
    internal static SourceTable Open(string name, ReadOnlySpan<(FileMapping File, StoredArray Array)> arrays, MemoryBudget? budget)
    {
        var files = new List<FileMapping>();
        var specs = new TensorSpec[arrays.Length];
        var forms = new StoredRows[arrays.Length];
        var addresses = new nint[arrays.Length];
        InflatedMembers inflated = InflatedMembers.Of(name, arrays, budget);
        try
        {
            for (int i = 0; i < arrays.Length; i++)
            {
                (FileMapping file, StoredArray array) = arrays[i];
                specs[i] = new TensorSpec(array.Name, array.ElementType, array.Shape);
                forms[i] = new StoredRows(array);
                addresses[i] = array.Deflated is { } member ? inflated.AddressOf(file, member, array.OffsetInBytes) : file.AddressOf(array.OffsetInBytes);
                if (!files.Contains(file))
                {
                    files.Add(file);
                }
            }

            if (inflated.Slab is null && Array.TrueForAll(forms, static form => form.Stride <= LongestReadAlone))
            {
                files.ForEach(static file => file.IsReadHereAndThere());
            }

            var spec = new SampleSpec(specs);
            FileMapping[] owned = [.. files];
            var slab = new Slab(spec.Layout, new Owner(owned, inflated.Slab), addresses);
            return new ColumnTable(name, spec, slab, forms, owned, inflated.Slab?.LengthInBytes ?? 0, null);
        }
        catch
        {
            inflated.Slab?.Dispose();
            throw;
        }
    }

    /// <summary>A table over data that was parsed into a slab.</summary>
    /// <param name="file">Where it came from, to see whether that has changed; owned by the table from here on.</param>
    /// <param name="spec">Of the whole: each tensor with the rows' axis first.</param>
    /// <param name="slab">The data; owned by the table from here on.</param>
    /// <param name="badRows">Rows that could not be parsed, with the reason.</param>
    internal static SourceTable Over(FileMapping file, SampleSpec spec, Slab slab, IReadOnlyDictionary<long, string> badRows)
    {
        StoredRows[] forms = Array.ConvertAll(
            spec.Tensors.ToArray(),
            static tensor => new StoredRows(new StoredArray(tensor.Name, tensor.ElementType, StoredElement.Native, tensor.Shape.ToArray(), 0)));
        nint[] addresses = Array.ConvertAll(slab.Blocks, static block => block.Address);
        var owner = new Slab(spec.Layout, new Owner([file], slab), addresses);
        return new ColumnTable(file.Name, spec, owner, forms, [file], slab.LengthInBytes, badRows.Count == 0 ? null : badRows);
    }

    internal override void View(SampleCore view, SampleSpec spec, long row)
    {
        Debug.Assert(CanView && (ulong)row < (ulong)Count, "only rows that are there are viewed");
        view.HoldRows(spec, _rows, (nint)row, _core);
    }

    internal override void Read(long row, nint count, TensorBlock[] destination, nint destinationRow)
    {
        Debug.Assert((ulong)row <= (ulong)Count && count <= Count - row, "only rows that are there are read");
        if (_badRows is not null)
        {
            ThrowIfBad(row, count);
        }

        TensorBlock[] rows = _rows;
        StoredRows[] forms = _forms;
        for (int i = 0; i < rows.Length; i++)
        {
            forms[i].Copy(ref rows[i].Reference((nint)row), count, ref destination[i].Reference(destinationRow));
        }
    }

    internal override void ThrowIfBad(long row, nint count)
    {
        for (long i = row; _badRows is not null && i < row + count; i++)
        {
            if (_badRows.TryGetValue(i, out string? reason))
            {
                throw new DataException(Name, i, reason);
            }
        }
    }

    internal override void Prefetch(long row)
    {
        foreach (ref readonly TensorBlock tensor in _rows.AsSpan())
        {
            tensor.PrefetchLines((nint)row);
        }
    }

    internal override void ReadAhead(long row, long count)
    {
        if (_files.Length > 0 && HeldInBytes == 0)
        {
            for (int i = 0; i < _rows.Length; i++)
            {
                TensorBlock rest = _rows[i].CutFrom((nint)row, 0);
                MemoryAdvice.ReadAhead(rest.Address, Math.Min(count, Count - row) * _forms[i].Stride);
            }
        }
    }

    internal override void ThrowIfLost()
    {
        foreach (FileMapping file in _files)
        {
            file.ThrowIfLost();
        }
    }

    internal override void ThrowIfGone()
    {
        foreach (FileMapping file in _files)
        {
            file.ThrowIfGone();
        }
    }

    public override void Dispose() => _core.Release(_generation);

    void ISlabHome.Return(SampleCore core) => core.Retire();

    void ISlabHome.Recover(Slab slab) => slab.Dispose();

    /// <summary>What the table's memory belongs to, released together.</summary>
    private sealed class Owner(FileMapping[] files, Slab? inflated) : IDisposable
    {
        public void Dispose()
        {
            foreach (FileMapping file in files)
            {
                file.Dispose();
            }

            inflated?.Dispose();
        }
    }
}
