namespace Pescador.Fast;

/// <summary>Rows, or windows of adjacent rows, of a source: views where they lie when pulled loose, copied or converted straight into the row when
/// a batch is built.</summary>
/// <param name="file">What to open.</param>
/// <param name="selection">Which of its rows.</param>
/// <param name="order">In which order.</param>
/// <param name="window">Rows per sample; null for single rows without an axis of their own.</param>
internal sealed partial class SourceStreamer(SourceFile file, RowSelection selection, RowOrder order, int? window) : Streamer<Sample>(null)
{
    internal override string Label =>
        $"{file.Label}{selection.Label}, {(window is { } length ? $"windows of {length}, " : "")}{order}";

    internal override IEnumerable<IStreamerNode> Inputs => [];

    internal override bool CanForesee => true;

    internal override void Foresee(StreamScope scope, bool isWanted) => scope.WorkingSet.Foresee(file, scope, isWanted);

    internal override Activation<Sample> Create() => new SourceActivation(this);

    private SourceFile File => file;

    private RowOrder Order => order;

    private int WindowLength => window ?? 1;

    private RowSelection Selection => selection;

    private SampleSpec SpecOf(SampleSpec row) => window is { } length ? row.Stack(length) : row;

    private bool HasWindows => window is not null;
}
