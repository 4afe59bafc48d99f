namespace Pescador.Fast;

/// <content>Pulling rows, and the position.</content>
internal sealed partial class SourceStreamer
{
    private sealed partial class SourceActivation(SourceStreamer recipe) : Activation<Sample>(recipe)
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

            if (table.HasOneForm && !target.Accept(_spec!)) // set by TryBegin
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
    }
}
