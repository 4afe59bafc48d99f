using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Pescador.Fast;

/// <summary>A <c>.csv</c> or <c>.csv.gz</c> of numbers: read once to count its rows, and once more to parse them into memory.</summary>
internal sealed class CsvFile : SourceFile
{
    private const int MaxBadRows = 1 << 16;

    private readonly CsvFormat _format;
    private readonly bool _isPacked;

    internal CsvFile(string path, CsvFormat format, SourceLimits limits)
        : base(path, limits)
    {
        format.Check();
        _format = format;
        _isPacked = path.EndsWith(".gz", StringComparison.OrdinalIgnoreCase);
    }

    internal override string Format => "csv";

    internal override SourceInfo Inspect()
    {
        using FileMapping file = FileMapping.Open(FullPath);
        CsvOutline outline = Scan(file);
        ArrayInfo[] arrays = [.. SpecOf(outline).Tensors.ToArray().Select(
            tensor => new ArrayInfo(tensor.Name, tensor.ElementType, tensor.Shape, tensor.LengthInBytes) { IsCompressed = _isPacked })];
        return new SourceInfo(Path, Format, arrays, outline.Rows, file.LengthInBytes) { Notes = outline.Note is null ? [] : [outline.Note] };
    }

    internal override SourceTable Open(MemoryBudget? budget)
    {
        FileMapping file = FileMapping.Open(FullPath);
        Slab? slab = null;
        try
        {
            CsvOutline outline = Scan(file);
            SampleSpec spec = SpecOf(outline);
            slab = Slab.Allocate(spec.Layout, SlabAllocator.Native, budget, $"The table of '{Name}'");
            Dictionary<long, string> badRows = Parse(file, outline, slab);
            file.ThrowIfLost();
            return ColumnTable.Over(file, spec, slab, badRows);
        }
        catch
        {
            slab?.Dispose();
            file.Dispose();
            throw;
        }
    }

    private CsvOutline Scan(FileMapping file)
    {
        using var lines = new CsvLines(file, _isPacked, Limits);
        return CsvOutline.Scan(lines, _format, Limits, new SourcePlace(Name));
    }

    private SampleSpec SpecOf(CsvOutline outline)
    {
        var features = TensorSpec.Of<float>(_format.FeaturesName, checked((nint)outline.Rows), outline.Features);
        return outline.Label is null
            ? new SampleSpec(features)
            : new SampleSpec(features, new TensorSpec(_format.LabelName, _format.LabelType, (nint)outline.Rows));
    }

    private Dictionary<long, string> Parse(FileMapping file, CsvOutline outline, Slab slab)
    {
        var place = new SourcePlace(Name);
        Dictionary<long, string> badRows = [];
        using var lines = new CsvLines(file, _isPacked, Limits);
        if (outline.HasHead)
        {
            _ = lines.Next(out _);
        }

        long row = 0;
        for (; lines.Next(out ReadOnlySpan<byte> line); row++)
        {
            if (row == outline.Rows)
            {
                throw place.Error($"it changed while it was read: there are more than the {outline.Rows} rows that were counted");
            }

            if (ParseRow(line, outline, slab, (nint)row) is { } reason)
            {
                badRows.Add(row, $"line {lines.Number}, {reason}");
                if (badRows.Count > MaxBadRows)
                {
                    throw place.Error($"more than {MaxBadRows} rows cannot be read; the last: {badRows[row]}");
                }
            }
        }

        return row == outline.Rows
            ? badRows
            : throw place.Error($"it changed while it was read: there are {row} rows where {outline.Rows} were counted");
    }

    private string? ParseRow(ReadOnlySpan<byte> line, CsvOutline outline, Slab slab, nint row)
    {
        Span<float> features = MemoryMarshal.CreateSpan(
            ref Unsafe.As<byte, float>(ref Unsafe.AddByteOffset(ref slab.Blocks[0].Reference(0), row * outline.Features * sizeof(float))),
            outline.Features);
        var cells = new CsvCells(line, (byte)_format.Separator);
        int column = 0;
        int feature = 0;
        string? reason = null;
        for (; cells.MoveNext(); column++)
        {
            if (column >= outline.Columns || reason is not null)
            {
                continue; // counted only
            }

            if (column == outline.Label)
            {
                ref byte label = ref Unsafe.AddByteOffset(ref slab.Blocks[1].Reference(0), row * _format.LabelType.SizeInBytes());
                reason = CsvNumber.TryWrite(cells.Current, _format.LabelType, ref label)
                    ? null
                    : $"column {column}: the label {CsvCells.Show(cells.Current)} is no {_format.LabelType.Name()}";
            }
            else if (!CsvNumber.TryFloat(cells.Current, out features[feature++]))
            {
                reason = $"column {column}: {CsvCells.Show(cells.Current)} is no float32";
            }
        }

        return column == outline.Columns ? reason : $"column {Math.Min(column, outline.Columns)}: expected {outline.Columns} cells, found {column}";
    }
}
