using System.Diagnostics.CodeAnalysis;

namespace Pescador.Fast;

/// <content>Opening the source, and seeing that its files stay what they were.</content>
internal sealed partial class SourceStreamer
{
    private sealed partial class SourceActivation
    {
        private bool TryBegin([NotNullWhen(true)] out SourceTable? table)
        {
            table = _entry?.Table;
            return table is not null || (!_hasFailed && TryOpen(out table));
        }

        // What fails to open has no rows: it is asked once, and then has ended.
        private bool TryOpen([NotNullWhen(true)] out SourceTable? table)
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
