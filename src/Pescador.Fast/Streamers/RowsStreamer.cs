namespace Pescador.Fast;

/// <summary>Rows of in-memory arrays: views when they are pulled loose, copied straight into the row when a batch is built.</summary>
internal sealed class RowsStreamer(TensorRows rows, RowOrder order) : Streamer<Sample>(null)
{
    internal override string Label => $"FromRows({rows.RowSpec} × {rows.Count}, {order})";

    internal override IEnumerable<IStreamerNode> Inputs => [];

    internal override Activation<Sample> Create() => order switch
    {
        RowOrder.Random => new RandomRows(this, rows),
        RowOrder.InOrder => new RowsInOrder(this, rows),
        RowOrder.Permuted => new PermutedRows(this, rows),
        _ => throw new ArgumentOutOfRangeException(nameof(order), order, "Unknown row order."),
    };

    // Draws one row ahead and asks for its first cache line: a mux comes back to this stream some hundred samples later, and finds it there.
    private sealed class RandomRows(RowsStreamer recipe, TensorRows rows) : Activation<Sample>(recipe)
    {
        private readonly TensorBlock[] _blocks = rows.Blocks;
        private readonly SampleSpec _spec = rows.RowSpec;
        private readonly ulong _count = (ulong)rows.Count;
        private RandomGenerator _random;
        private nint _next;

        internal override bool TryNext(out Sample item)
        {
            if (_count == 0)
            {
                item = default;
                return false;
            }

            SampleCore core = Scope.Views.Rent();
            core.View(_spec, _blocks, _next);
            item = new Sample(core);
            DrawNext();
            return true;
        }

        internal override int Fill(RowWriter target, int count)
        {
            if (_count == 0 || !target.Accept(_spec))
            {
                return base.Fill(target, count);
            }

            for (int i = 0; i < count; i++)
            {
                nint row = _next;
                DrawNext();
                target.AppendRows(_blocks, row, 1);
            }

            return count;
        }

        protected override void Begin()
        {
            _random = new RandomGenerator(Seed);
            if (_count > 0)
            {
                DrawNext();
            }
        }

        protected override void End()
        {
        }

        protected override void SaveState(StateWriter writer)
        {
            writer.Write(_random);
            writer.Write((long)_next);
        }

        protected override void LoadState(StateReader reader)
        {
            _random = reader.ReadGenerator();
            long next = reader.ReadInt64();
            _next = _count == 0 || (ulong)next < _count ? (nint)next : throw reader.Damaged($"row {next} of {rows.Count}");
        }

        private void DrawNext()
        {
            _next = (nint)_random.NextUInt64(_count);
            _blocks[0].Prefetch(_next); // there is at least one tensor; lines for all of them would crowd out the streams themselves
        }
    }

    private sealed class RowsInOrder(RowsStreamer recipe, TensorRows rows) : Activation<Sample>(recipe)
    {
        private nint _next;

        internal override bool TryNext(out Sample item)
        {
            if (_next >= rows.Count)
            {
                item = default;
                return false;
            }

            SampleCore core = Scope.Views.Rent();
            core.View(rows.RowSpec, rows.Blocks, _next++);
            item = new Sample(core);
            return true;
        }

        internal override int Fill(RowWriter target, int count)
        {
            if (!target.Accept(rows.RowSpec))
            {
                return base.Fill(target, count);
            }

            nint part = nint.Min(count, rows.Count - _next);
            target.AppendRows(rows.Blocks, _next, part);
            _next += part;
            return (int)part;
        }

        protected override void Begin() => _next = 0;

        protected override void End()
        {
        }

        protected override void SaveState(StateWriter writer) => writer.Write((long)_next);

        protected override void LoadState(StateReader reader)
        {
            long next = reader.ReadInt64();
            _next = (ulong)next <= (ulong)rows.Count ? (nint)next : throw reader.Damaged($"row {next} of {rows.Count}");
        }
    }

    private sealed class PermutedRows(RowsStreamer recipe, TensorRows rows) : Activation<Sample>(recipe)
    {
        private readonly Permutation _permutation = new();
        private nint _next;

        internal override bool TryNext(out Sample item)
        {
            if (_next >= rows.Count)
            {
                item = default;
                return false;
            }

            SampleCore core = Scope.Views.Rent();
            core.View(rows.RowSpec, rows.Blocks, (nint)_permutation[_next++]);
            item = new Sample(core);
            return true;
        }

        internal override int Fill(RowWriter target, int count)
        {
            if (!target.Accept(rows.RowSpec))
            {
                return base.Fill(target, count);
            }

            int part = (int)nint.Min(count, rows.Count - _next);
            for (int i = 0; i < part; i++)
            {
                target.AppendRows(rows.Blocks, (nint)_permutation[_next++], 1);
            }

            return part;
        }

        protected override void Begin()
        {
            _permutation.Reset(rows.Count, Seed);
            _next = 0;
        }

        protected override void End()
        {
        }

        protected override void SaveState(StateWriter writer) => writer.Write((long)_next);

        protected override void LoadState(StateReader reader)
        {
            long next = reader.ReadInt64();
            _next = (ulong)next <= (ulong)rows.Count ? (nint)next : throw reader.Damaged($"row {next} of {rows.Count}");
        }
    }
}
