using System.Diagnostics;

namespace Pescador.Fast;

/// <summary>An open <c>.tar</c>: each row is a sample, copied from its members, whose headers are read when the row is.</summary>
/// <remarks>Samples whose headers are the same to the byte share a <see cref="TarForm"/>, so that reading a row compares some hundred bytes for
/// each tensor and parses nothing.</remarks>
internal sealed class TarTable : SourceTable
{
    private readonly FileMapping _file;
    private readonly TarIndex _index;
    private readonly SourceLimits _limits;
    private readonly MemoryBudget? _budget;
    private readonly TarForm?[] _formOf;
    private readonly Lock _lock = new();
    private readonly Dictionary<int, TarForm> _forms = []; // by hash
    private readonly Dictionary<SampleSpec, SampleSpec> _specs = [];
    private readonly List<BudgetCharge> _charges = [];
    private long _held;

    /// <summary>A table over an archive that was indexed.</summary>
    /// <param name="file">Owned by the table, once this has succeeded.</param>
    /// <param name="index">At least one sample.</param>
    /// <param name="limits">What is accepted of headers.</param>
    /// <param name="budget">What the index counts against.</param>
    /// <exception cref="DataException">No sample can be read.</exception>
    internal TarTable(FileMapping file, TarIndex index, SourceLimits limits, MemoryBudget? budget)
    {
        _file = file;
        _index = index;
        _limits = limits;
        _budget = budget;
        Charge(index.HeldInBytes + ((long)index.Samples * IntPtr.Size));
        try
        {
            _formOf = new TarForm?[index.Samples];
            RowSpec = FirstSpec();
        }
        catch
        {
            _charges.ForEach(charge => charge.Dispose());
            throw;
        }
    }

    internal override string Name => _file.Name;

    internal override long Count => _index.Samples;

    internal override SampleSpec RowSpec { get; }

    internal override long HeldInBytes => Volatile.Read(ref _held);

    internal override int Mappings => 1;

    internal override bool CanView => false;

    internal override bool HasOneForm => false;

    internal override bool IsCurrent => _file.IsCurrent;

    internal override SampleSpec SpecOf(long row) => FormOf((int)row).Spec;

    internal override void View(SampleCore view, SampleSpec spec, long row) =>
        throw new UnreachableException("rows of a .tar are copied");

    internal override void Read(long row, nint count, TensorBlock[] destination, nint destinationRow)
    {
        Debug.Assert((ulong)row <= (ulong)Count && count <= Count - row, "only rows that are there are read");
        TarForm first = count == 0 ? null! : FormOf((int)row); // null: not used
        for (int i = 0; i < count; i++)
        {
            int sample = (int)row + i;
            TarForm form = FormOf(sample);
            if (!ReferenceEquals(form.Spec, first.Spec))
            {
                string difference = form.Spec.DifferenceFrom(first.Spec, $"sample {sample}") ?? "its tensors are others";
                throw new DataException(Name, sample, $"{difference}, as in sample {row}");
            }

            Copy(sample, form, destination, destinationRow, i);
        }
    }

    internal override void ThrowIfLost() => _file.ThrowIfLost();

    internal override void ThrowIfGone() => _file.ThrowIfGone();

    internal override void Prefetch(long row)
    {
        foreach (TarMember member in _index.MembersOf((int)row))
        {
            new TensorBlock(null, _file.AddressOf(member.OffsetInBytes), 0, null).Prefetch(0);
        }
    }

    public override void Dispose()
    {
        _file.Dispose();
        lock (_lock)
        {
            _charges.ForEach(charge => charge.Dispose());
        }
    }

    /// <summary>What a sample has in common with others.</summary>
    /// <exception cref="DataException">The sample is damaged.</exception>
    internal TarForm FormOf(int sample) => Volatile.Read(ref _formOf[sample]) ?? FindForm(sample);

    private void Copy(int sample, TarForm form, TensorBlock[] destination, nint destinationRow, nint row)
    {
        // The form was agreed upon before; a file that was changed since then must not be read by it, nor written past the row.
        ReadOnlySpan<TarMember> members = _index.MembersOf(sample);
        if (!form.Fits(_file, members))
        {
            _file.ThrowIfLost();
            throw new DataException(Name, sample, "its headers were changed since they were read");
        }

        for (int i = 0; i < members.Length; i++)
        {
            StoredRows rows = form.Rows(i);
            ref byte first = ref destination[i].Reference(destinationRow);
            rows.Copy(
                ref new TensorBlock(null, _file.AddressOf(members[i].OffsetInBytes + form.DataOffset(i)), 0, null).Reference(0),
                ref System.Runtime.CompilerServices.Unsafe.AddByteOffset(ref first, row * rows.RowLengthInBytes));
        }
    }

    private TarForm FindForm(int sample)
    {
        int hash = TarForm.HashOf(_file, _index, sample, _limits);
        lock (_lock)
        {
            TarForm? last = _forms.GetValueOrDefault(hash);
            TarForm? form = last;
            while (form is not null && !form.Fits(_file, _index.MembersOf(sample)))
            {
                form = form.Next;
            }

            if (form is null)
            {
                form = TarForm.Parse(_file, _index, sample, _limits);
                if (!_specs.TryGetValue(form.Spec, out SampleSpec? spec))
                {
                    spec = form.Spec.Share();
                    _specs.Add(spec, spec);
                }

                Charge(form.HeldInBytes);
                form = form.With(spec);
                form.Next = last;
                _forms[hash] = form;
            }

            Volatile.Write(ref _formOf[sample], form);
            return form;
        }
    }

    private void Charge(long lengthInBytes)
    {
        if (_budget?.Charge(lengthInBytes, $"The index of '{Name}'") is { } charge)
        {
            _charges.Add(charge);
        }

        Volatile.Write(ref _held, _held + lengthInBytes);
    }

    // A damaged sample fails when it is read, and does not keep the others from being read.
    private SampleSpec FirstSpec()
    {
        DataException? first = null;
        for (int sample = 0; sample < _index.Samples; sample++)
        {
            try
            {
                return FormOf(sample).Spec;
            }
            catch (DataException error)
            {
                first ??= error;
            }
        }

        throw new DataException(Name, null, $"none of its {_index.Samples} samples can be read; the first: {first?.Reason}", first!);
    }
}
