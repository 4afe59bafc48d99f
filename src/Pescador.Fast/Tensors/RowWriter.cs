using System.Diagnostics;
using System.Runtime.CompilerServices;

namespace Pescador.Fast;

/// <summary>
/// The rows of a batch under construction: where the next sample is to lie, in each tensor. Whoever fills rows either copies them in
/// or builds them in place, and moves on by one for each.
/// </summary>
internal sealed class RowWriter
{
    private readonly nint[] _rowLengths;
    private SampleSpec _accepted;
    private SampleCore? _batch;

    /// <summary>A writer of rows of one form.</summary>
    /// <param name="rowSpec">The form of each sample.</param>
    internal RowWriter(SampleSpec rowSpec)
    {
        RowSpec = rowSpec;
        _accepted = rowSpec;
        Blocks = new TensorBlock[rowSpec.Count];
        _rowLengths = new nint[rowSpec.Count];
        for (int i = 0; i < _rowLengths.Length; i++)
        {
            _rowLengths[i] = rowSpec[i].LengthInBytes;
        }
    }

    internal SampleSpec RowSpec { get; }

    /// <summary>The batch's tensors, cut into rows. Changes with every batch.</summary>
    internal TensorBlock[] Blocks { get; }

    internal SampleCore Batch => _batch ?? throw new UnreachableException("no batch was begun");

    /// <summary>The row that is written next.</summary>
    internal nint Row { get; private set; }

    /// <summary>How many samples the stream has given before this batch: for error messages.</summary>
    internal long SamplesBefore { get; set; }

    internal void Begin(SampleCore batch)
    {
        _batch = batch;
        Row = 0;
        for (int i = 0; i < Blocks.Length; i++)
        {
            Blocks[i] = batch.Blocks[i].CutFrom(0, _rowLengths[i]);
        }
    }

    /// <summary>Counts rows that were written in place.</summary>
    internal void Advance(nint rows) => Row += rows;

    /// <summary>Refuses samples of another form than the first one's.</summary>
    /// <returns>Whether the tensors stand in the same order, too.</returns>
    /// <exception cref="DataException">Names, shapes or element types differ.</exception>
    internal bool Accept(SampleSpec spec)
    {
        if (ReferenceEquals(spec, RowSpec) || ReferenceEquals(spec, _accepted))
        {
            return true;
        }

        if (spec.Equals(RowSpec))
        {
            _accepted = spec;
            return true;
        }

        return spec.DifferenceFrom(RowSpec, $"sample {SamplesBefore + Row}") is { } difference
            ? throw new DataException($"{char.ToUpperInvariant(difference[0])}{difference.AsSpan(1)}, as in the first sample of the stream.")
            : false;
    }

    /// <summary>A place in the batch's tensor, counted from its beginning.</summary>
    internal ref byte Piece(int tensor, nint offsetInBytes) => ref Unsafe.AddByteOffset(ref Blocks[tensor].Reference(0), offsetInBytes);

    /// <summary>Copies a sample into the next row; the caller disposes it.</summary>
    internal void Append(Sample sample)
    {
        SampleCore core = sample.Core;
        bool isInOrder = Accept(core.Spec);
        for (int i = 0; i < Blocks.Length; i++)
        {
            int source = isInOrder ? i : core.Spec.IndexOf(RowSpec[i].Name);
            TensorBlock.Copy(ref core.Blocks[source].Reference(core.Row), ref Blocks[i].Reference(Row), _rowLengths[i]);
        }

        Row++;
    }

    /// <summary>Copies adjacent rows of a table, whose form was accepted, in one piece per tensor.</summary>
    internal void AppendRows(TensorBlock[] source, nint first, nint count)
    {
        TensorBlock[] blocks = Blocks;
        for (int i = 0; i < blocks.Length; i++)
        {
            TensorBlock.Copy(ref source[i].Reference(first), ref blocks[i].Reference(Row), _rowLengths[i] * count);
        }

        Row += count;
    }
}
