using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace Pescador.Fast;

/// <summary>
/// Another streamer's samples, each given several times: from a cache, in which new ones replace random ones. Samples are lent: what
/// is given holds the cache's entry, whose memory goes home when it was replaced and nobody holds it any more.
/// </summary>
internal sealed class CacheStreamer<T>(Streamer<T> source, int capacity, double probability, long? seed)
    : Streamer<T>(seed is null ? source.Root : new RootSeed(seed), seed)
{
    internal override string Label => string.Create(CultureInfo.InvariantCulture, $"Cache({capacity}, {probability:R}{SeedLabel})");

    internal override IEnumerable<IStreamerNode> Inputs => [source];

    internal override Activation<T> Create() => new CacheActivation(this, source, capacity, probability);

    private sealed class CacheActivation(Streamer<T> recipe, Streamer<T> source, int capacity, double probability) : Activation<T>(recipe)
    {
        private MapSource<T> _source;
        private RandomGenerator _random;
        private T[] _entries = []; // grows to the capacity, if so many come
        private int _count;

        internal override bool TryNext([MaybeNullWhen(false)] out T item)
        {
            if (!TryDraw(out item))
            {
                return false;
            }

            if (typeof(T) == typeof(Sample))
            {
                item = (T)(object)Lease((Sample)(object)item!); // T is Sample: no boxing is left after compilation
            }

            return true;
        }

        internal override int Fill(RowWriter rows, int count)
        {
            int filled = 0;
            while (filled < count && TryDraw(out T? entry))
            {
                rows.Append((Sample)(object)entry!); // T is Sample; copied from the entry itself, without a lease
                filled++;
            }

            return filled;
        }

        internal override void AddBatchCounters(ref PoolCounters sum) => _source.AddBatchCounters(ref sum);

        internal override void AddPrefetchCounters(ref PrefetchCounters sum) => _source.AddPrefetchCounters(ref sum);

        internal override void ReleaseMemory() => _entries = [];

        protected override void Begin() => _random = new RandomGenerator(Seed);

        protected override void End()
        {
            while (_count > 0)
            {
                T entry = _entries[--_count];
                _entries[_count] = default!; // never read: it is above the count
                Drop(entry);
            }

            _source.Close();
        }

        protected override void SaveState(StateWriter writer)
        {
            writer.Write(_random);
            writer.Write(_count);
            foreach (T entry in _entries.AsSpan(0, _count))
            {
                ItemState<T>.Write(writer, entry);
            }

            _source.Save(writer);
        }

        protected override void LoadState(StateReader reader)
        {
            _random = reader.ReadGenerator();
            int count = reader.ReadIndex(capacity);
            while (_count < count)
            {
                Add(ItemState<T>.Read(reader, Scope));
            }

            _source.Active = reader.ReadBoolean() ? LoadChild(source, reader) : null;
        }

        // The entry stays the cache's.
        private bool TryDraw([MaybeNullWhen(false)] out T entry)
        {
            bool isFull = _count == capacity;
            if (isFull && _random.NextDouble() >= probability)
            {
                entry = _entries[_random.NextInt32(capacity)];
                return true;
            }

            Activation<T> active = _source.Active ??= OpenChild(source, 0);
            if (!active.TryNext(out entry))
            {
                return false;
            }

            if (!isFull)
            {
                Add(entry);
                return true;
            }

            ref T place = ref _entries[_random.NextInt32(capacity)];
            T replaced = place;
            place = entry;
            Drop(replaced);
            return true;
        }

        private Sample Lease(Sample entry)
        {
            SampleCore view = Scope.Views.Rent();
            view.Borrow(entry.Core, entry.Generation);
            return new Sample(view);
        }

        private void Add(T entry)
        {
            if (_count == _entries.Length)
            {
                Array.Resize(ref _entries, (int)Math.Min(capacity, Math.Max(16, 2L * _count)));
            }

            _entries[_count++] = entry;
        }

        // Elements of other types are given themselves, so they are not the cache's to dispose.
        private static void Drop(T entry)
        {
            if (typeof(T) == typeof(Sample))
            {
                Owned<T>.Dispose(entry);
            }
        }
    }
}
