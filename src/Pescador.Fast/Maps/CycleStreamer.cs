using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace Pescador.Fast;

/// <summary>Another streamer, begun anew whenever it has ended; it ends after an activation that gave nothing.</summary>
/// <param name="source">What is passed through.</param>
/// <param name="maxIterations">At most so many items; no bound when null.</param>
/// <param name="maxPasses">At most so many activations; no bound when null.</param>
internal sealed class CycleStreamer<T>(Streamer<T> source, long? maxIterations, long? maxPasses = null) : Streamer<T>(source.Root, null)
{
    internal override string Label => string.Create(CultureInfo.InvariantCulture, $"Cycle{(maxIterations is null ? "" : $"({maxIterations})")}{(maxPasses is null ? "" : $"[{maxPasses}]")}");

    internal override IEnumerable<IStreamerNode> Inputs => [source];

    internal override Activation<T> Create() => new CycleActivation(this, source, maxIterations ?? long.MaxValue, maxPasses ?? long.MaxValue);

    private sealed class CycleActivation(Streamer<T> recipe, Streamer<T> source, long maxIterations, long maxPasses) : Activation<T>(recipe)
    {
        private MapSource<T> _source;
        private long _left;
        private long _passesLeft;
        private bool _hasGiven; // the present activation of the source

        internal override bool TryNext([MaybeNullWhen(false)] out T item)
        {
            while (_left > 0)
            {
                Activation<T> active = _source.Active ??= OpenChild(source, 0);
                if (active.TryNext(out item))
                {
                    _hasGiven = true;
                    _left--;
                    return true;
                }

                EndRound();
            }

            item = default;
            return false;
        }

        internal override int Fill(RowWriter rows, int count)
        {
            int filled = 0;
            while (filled < count && _left > 0)
            {
                Activation<T> active = _source.Active ??= OpenChild(source, 0);
                int wanted = (int)Math.Min(count - filled, _left);
                int part = Fill(active, rows, wanted);
                filled += part;
                if (part < wanted)
                {
                    EndRound();
                }
            }

            return filled;
        }

        internal override void AddBatchCounters(ref PoolCounters sum) => _source.AddBatchCounters(ref sum);

        internal override void AddPrefetchCounters(ref PrefetchCounters sum) => _source.AddPrefetchCounters(ref sum);

        protected override void Begin()
        {
            _left = maxIterations;
            _passesLeft = maxPasses;
            _hasGiven = false;
        }

        protected override void End() => _source.Close();

        protected override void SaveState(StateWriter writer)
        {
            writer.Write(_left);
            writer.Write(_passesLeft);
            writer.Write(_hasGiven);
            _source.Save(writer);
        }

        protected override void LoadState(StateReader reader)
        {
            long left = reader.ReadInt64();
            _left = (ulong)left <= (ulong)maxIterations ? left : throw reader.Damaged($"{left} samples left of {maxIterations}");
            long passes = reader.ReadInt64();
            _passesLeft = (ulong)passes <= (ulong)maxPasses ? passes : throw reader.Damaged($"{passes} passes left of {maxPasses}");
            _hasGiven = reader.ReadBoolean();
            _source.Active = reader.ReadBoolean() ? LoadChild(source, reader) : null;
        }

        private int Fill(Activation<T> active, RowWriter rows, int wanted)
        {
            nint first = rows.Row;
            try
            {
                return active.Fill(rows, wanted);
            }
            finally
            {
                _hasGiven |= rows.Row > first; // also where it threw later
                _left -= rows.Row - first;
            }
        }

        private void EndRound()
        {
            _passesLeft--;
            _left = _hasGiven && _passesLeft > 0 ? _left : 0; // a cycle of nothing would spin
            _hasGiven = false;
            _source.Close();
        }
    }
}
