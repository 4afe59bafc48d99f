using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace Pescador.Fast;

/// <summary>The first samples of another streamer; no more are taken from it.</summary>
internal sealed class TakeStreamer<T>(Streamer<T> source, long count) : Streamer<T>(source.Root, null)
{
    internal override string Label => string.Create(CultureInfo.InvariantCulture, $"Take({count})");

    internal override IEnumerable<IStreamerNode> Inputs => [source];

    internal override Activation<T> Create() => new TakeActivation(this, source, count);

    private sealed class TakeActivation(Streamer<T> recipe, Streamer<T> source, long count) : Activation<T>(recipe)
    {
        private MapSource<T> _source;
        private long _left;

        internal override bool TryNext([MaybeNullWhen(false)] out T item)
        {
            if (_left == 0)
            {
                item = default;
                return false;
            }

            Activation<T> active = _source.Active ??= OpenChild(source, 0);
            bool hasNext = active.TryNext(out item);
            _left = hasNext ? _left - 1 : 0;
            return hasNext;
        }

        internal override int Fill(RowWriter rows, int count)
        {
            int wanted = (int)Math.Min(count, _left);
            if (wanted == 0)
            {
                return 0;
            }

            Activation<T> active = _source.Active ??= OpenChild(source, 0);
            nint first = rows.Row;
            try
            {
                int filled = active.Fill(rows, wanted);
                _left = filled == wanted ? _left : filled;
                return filled;
            }
            finally
            {
                _left -= rows.Row - first; // also where it threw later
            }
        }

        internal override void AddBatchCounters(ref PoolCounters sum) => _source.AddBatchCounters(ref sum);

        internal override void AddPrefetchCounters(ref PrefetchCounters sum) => _source.AddPrefetchCounters(ref sum);

        protected override void Begin() => _left = count;

        protected override void End() => _source.Close();

        protected override void SaveState(StateWriter writer)
        {
            writer.Write(_left);
            _source.Save(writer);
        }

        protected override void LoadState(StateReader reader)
        {
            long left = reader.ReadInt64();
            _left = (ulong)left <= (ulong)count ? left : throw reader.Damaged($"{left} samples left of {count}");
            _source.Active = reader.ReadBoolean() ? LoadChild(source, reader) : null;
        }
    }
}
