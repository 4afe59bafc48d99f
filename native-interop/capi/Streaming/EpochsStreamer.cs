using System.Globalization;

namespace Pescador.Fast;

/// <summary>Another streamer, begun anew until it has ended so often; it ends after a pass that gave nothing.</summary>
/// <param name="source">What is passed through.</param>
/// <param name="passes">How often.</param>
internal sealed class EpochsStreamer(Streamer<Sample> source, long passes) : Streamer<Sample>(source.Root, null)
{
    internal override string Label => string.Create(CultureInfo.InvariantCulture, $"Epochs({passes})");

    internal override IEnumerable<IStreamerNode> Inputs => [source];

    internal override Activation<Sample> Create() => new EpochsActivation(this, source, passes);

    private sealed class EpochsActivation(Streamer<Sample> recipe, Streamer<Sample> source, long passes) : Activation<Sample>(recipe)
    {
        private MapSource<Sample> _source;
        private long _left;
        private bool _hasGiven; // the present pass

        internal override bool TryNext(out Sample item)
        {
            while (_left > 0)
            {
                if ((_source.Active ??= OpenChild(source, 0)).TryNext(out item))
                {
                    _hasGiven = true;
                    return true;
                }

                EndPass();
            }

            item = default;
            return false;
        }

        internal override int Fill(RowWriter rows, int count)
        {
            int filled = 0;
            while (filled < count && _left > 0)
            {
                int part = Fill(_source.Active ??= OpenChild(source, 0), rows, count - filled);
                filled += part;
                if (filled < count)
                {
                    EndPass();
                }
            }

            return filled;
        }

        internal override void AddBatchCounters(ref PoolCounters sum) => _source.AddBatchCounters(ref sum);

        internal override void AddPrefetchCounters(ref PrefetchCounters sum) => _source.AddPrefetchCounters(ref sum);

        protected override void Begin()
        {
            _left = passes;
            _hasGiven = false;
        }

        protected override void End() => _source.Close();

        protected override void SaveState(StateWriter writer)
        {
            writer.Write(_left);
            writer.Write(_hasGiven);
            _source.Save(writer);
        }

        protected override void LoadState(StateReader reader)
        {
            long left = reader.ReadInt64();
            _left = (ulong)left <= (ulong)passes ? left : throw reader.Damaged($"{left} passes left of {passes}");
            _hasGiven = reader.ReadBoolean();
            _source.Active = reader.ReadBoolean() ? LoadChild(source, reader) : null;
        }

        private int Fill(Activation<Sample> active, RowWriter rows, int wanted)
        {
            nint first = rows.Row;
            try
            {
                return active.Fill(rows, wanted);
            }
            finally
            {
                _hasGiven |= rows.Row > first; // also where it threw later
            }
        }

        private void EndPass()
        {
            _left = _hasGiven ? _left - 1 : 0; // passes of nothing would spin
            _hasGiven = false;
            _source.Close();
        }
    }
}
