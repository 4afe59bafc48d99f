namespace Pescador.Fast;

/// <summary>Rows, or windows of adjacent rows, of a source: views where they lie when pulled loose, copied or converted straight into the row when
/// a batch is built.</summary>
/// <param name="file">What to open.</param>
/// <param name="selection">Which of its rows.</param>
/// <param name="order">In which order.</param>
/// <param name="window">Rows per sample; null for single rows without an axis of their own.</param>
internal sealed class SourceStreamer(SourceFile file, RowSelection selection, RowOrder order, int? window) : Streamer<Sample>(null)
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

    private sealed class SourceActivation(SourceStreamer recipe) : Activation<Sample>(recipe)
    {
        // Opening looks whether the file has changed; in between it is asked as rarely as costs nothing.
        private const int RowsBetweenChecks = 4096;

        private const int BytesReadAhead = 4 << 20;

        private const int LongRun = 8; // rows

        private RowCursor _cursor = new(recipe.Order);
        private RowCursor.Saved? _saved;
        private WorkingSetEntry? _entry;
        private RowSelection.Rows _rows; // of tables with _rowsOf rows
        private long _rowsOf = -1;
        private SampleSpec? _rowSpec; // of the last table, whose samples had the form _spec
        private SampleSpec? _spec;
        private long _readAheadTo; // in order: rows below are read, or being read, by the system
        private long _lossesSeen;
        private int _untilCheck;
        private bool _hasFailed;

        internal override bool TryNext(out Sample item)
        {
            item = default;
            if (!TryBegin(out SourceTable? table) || !_cursor.HasNext)
            {
                return false;
            }

            long row = TakeRow(table);
            item = table.CanView ? ViewOf(table, row) : CopyOf(table, row);
            return true;
        }

        internal override int Fill(RowWriter target, int count)
        {
            if (!TryBegin(out SourceTable? table) || !_cursor.HasNext)
            {
                return 0;
            }

            if (!target.Accept(_spec!)) // set by TryBegin
            {
                return base.Fill(target, count);
            }

            return recipe is { Order: RowOrder.InOrder, HasWindows: false } && recipe.Selection.IsContiguous && table.HasOneForm
                ? FillRun(table, target, count)
                : FillRows(table, target, count);
        }

        protected override void Begin()
        {
            _hasFailed = false;
            _saved = null;
        }

        protected override void End()
        {
            WorkingSetEntry? entry = _entry;
            _entry = null;
            if (entry is not null)
            {
                Scope.WorkingSet.Release(entry);
            }
        }

        protected override void SaveState(StateWriter writer)
        {
            writer.Write(_hasFailed);
            RowCursor.Saved? position = _entry is not null ? _cursor.Position : _saved;
            writer.Write(position is not null);
            if (position is { } there)
            {
                _cursor.Save(writer, there);
            }
        }

        // Opens nothing: the position is all there is to restore.
        protected override void LoadState(StateReader reader)
        {
            _hasFailed = reader.ReadBoolean();
            _saved = reader.ReadBoolean() ? _cursor.Read(reader) : null;
        }

        private bool TryBegin([System.Diagnostics.CodeAnalysis.NotNullWhen(true)] out SourceTable? table)
        {
            table = _entry?.Table;
            return table is not null || (!_hasFailed && TryOpen(out table));
        }

        // What fails to open has no rows: it is asked once, and then has ended.
        private bool TryOpen([System.Diagnostics.CodeAnalysis.NotNullWhen(true)] out SourceTable? table)
        {
            _hasFailed = true;
            _entry = Scope.WorkingSet.Acquire(recipe.File, Scope);
            table = _entry.Table!; // open
            try
            {
                BeginOver(table);
            }
            catch
            {
                End();
                throw;
            }

            _hasFailed = false;
            return true;
        }

        private void BeginOver(SourceTable table)
        {
            if (table.Count != _rowsOf)
            {
                _rows = recipe.Selection.Of(table.Count);
                _rowsOf = table.Count;
            }

            long positions = Math.Max(0, _rows.Count - recipe.WindowLength + 1);
            if (positions > 0 && !ReferenceEquals(_rowSpec, table.RowSpec)) // a window that does not exist may be longer than memory
            {
                _spec = recipe.SpecOf(table.RowSpec);
                _rowSpec = table.RowSpec;
            }

            _cursor.Begin(positions, Seed);
            if (_saved is { } saved)
            {
                _saved = null;
                if (saved.Count != positions)
                {
                    throw new DataException(
                        table.Name, null, $"the state was saved when there were {saved.Count} {(recipe.HasWindows ? "windows" : "rows")} to draw from; now there are {positions}");
                }

                _cursor.Load(saved);
            }

            _lossesSeen = MappingGuard.Losses;
            table.ThrowIfLost();
            _untilCheck = RowsBetweenChecks;
            _readAheadTo = 0;
        }

        private long TakeRow(SourceTable table)
        {
            long row = _rows[_cursor.Peek()];
            _cursor.Advance();
            if (recipe.Order != RowOrder.InOrder)
            {
                if (_cursor.HasNext)
                {
                    table.Prefetch(_rows[_cursor.Peek()]);
                }
            }
            else if (row >= _readAheadTo)
            {
                ReadAhead(table, row);
            }

            if (--_untilCheck <= 0)
            {
                Check(table);
            }

            return row;
        }

        private Sample ViewOf(SourceTable table, long row)
        {
            table.ThrowIfBad(row, recipe.WindowLength);
            ThrowIfLost(table);
            SampleCore view = Scope.Views.Rent();
            table.View(view, _spec!, row); // set by TryOpen
            return new Sample(view);
        }

        private Sample CopyOf(SourceTable table, long row)
        {
            SampleSpec spec = table.HasOneForm ? _spec! : recipe.SpecOf(table.SpecOf(row)); // set by TryOpen
            var sample = new Sample(Scope.LooseOf(spec).Rent());
            try
            {
                table.Read(row, recipe.WindowLength, sample.Core.Blocks, 0);
                ThrowIfLost(table);
                return sample;
            }
            catch
            {
                sample.Dispose();
                throw;
            }
        }

        private int FillRows(SourceTable table, RowWriter target, int count)
        {
            int filled = 0;
            while (filled < count && _cursor.HasNext)
            {
                long row = TakeRow(table);
                if (!table.HasOneForm && !target.Accept(recipe.SpecOf(table.SpecOf(row))))
                {
                    using Sample sample = CopyOf(table, row);
                    target.Append(sample);
                }
                else
                {
                    table.Read(row, recipe.WindowLength, target.Blocks, target.Row);
                    ThrowIfLost(table);
                    target.Advance(1);
                }

                filled++;
            }

            return filled;
        }

        private int FillRun(SourceTable table, RowWriter target, int count)
        {
            int run = (int)Math.Min(count, _cursor.Left);
            long row = _rows[_cursor.Peek()];
            try
            {
                table.ThrowIfBad(row, run);
            }
            catch (DataException)
            {
                return FillRows(table, target, count); // up to the bad one
            }

            if (row + run > _readAheadTo)
            {
                ReadAhead(table, row);
            }

            table.Read(row, run, target.Blocks, target.Row);
            ThrowIfLost(table);
            _cursor.Advance(run);
            target.Advance(run);
            if (run < LongRun && _cursor.HasNext)
            {
                table.Prefetch(_rows[_cursor.Peek()]); // a mux comes back when the processor has forgotten that rows come in order
            }

            if ((_untilCheck -= run) <= 0)
            {
                Check(table);
            }

            return run;
        }

        // Mapped files are read page by page where they are touched; here it is known what comes.
        private void ReadAhead(SourceTable table, long row)
        {
            if (!recipe.Selection.IsContiguous)
            {
                _readAheadTo = long.MaxValue;
                return;
            }

            long rows = Math.Max(1, BytesReadAhead / Math.Max(1, table.RowSpec.Layout.LengthInBytes));
            table.ReadAhead(row, 2 * rows);
            _readAheadTo = row + rows;
        }

        private void Check(SourceTable table)
        {
            _untilCheck = RowsBetweenChecks;
            try
            {
                table.ThrowIfGone();
            }
            catch
            {
                Fail();
                throw;
            }
        }

        private void ThrowIfLost(SourceTable table)
        {
            if (MappingGuard.Losses != _lossesSeen)
            {
                ThrowIfLostHere(table);
            }
        }

        // Some mapping has lost pages; whether it is one of this table.
        private void ThrowIfLostHere(SourceTable table)
        {
            _lossesSeen = MappingGuard.Losses;
            try
            {
                table.ThrowIfLost();
            }
            catch
            {
                Fail();
                throw;
            }
        }

        // There is nothing more to be had from it; and whoever opens it next opens it anew.
        private void Fail()
        {
            _hasFailed = true;
            End();
        }
    }
}
