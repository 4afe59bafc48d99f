using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace Pescador.Fast;

/// <summary>Another streamer's samples, out of order: each is drawn from a reservoir that the following ones fill up again.</summary>
internal sealed class ShuffleStreamer<T>(Streamer<T> source, int capacity, long? seed)
    : Streamer<T>(seed is null ? source.Root : new RootSeed(seed), seed)
{
    internal override string Label => string.Create(CultureInfo.InvariantCulture, $"Shuffle({capacity}{SeedLabel})");

    internal override IEnumerable<IStreamerNode> Inputs => [source];

    internal override Activation<T> Create() => new ShuffleActivation(this, source, capacity);

    private sealed class ShuffleActivation(Streamer<T> recipe, Streamer<T> source, int capacity) : Activation<T>(recipe)
    {
        private MapSource<T> _source;
        private RandomGenerator _random;
        private T[] _items = []; // grows to the capacity, if so many come
        private int _count;
        private bool _isSourceEnded;

        internal override bool TryNext([MaybeNullWhen(false)] out T item)
        {
            // Filled up by the next pull, not by the one that drew: a failing source then costs no sample that was drawn.
            while (_count < capacity && !_isSourceEnded)
            {
                TakeOne();
            }

            if (_count == 0)
            {
                item = default;
                return false;
            }

            int drawn = _random.NextInt32(_count);
            item = _items[drawn];
            _items[drawn] = _items[--_count];
            _items[_count] = default!; // never read: it is above the count
            return true;
        }

        internal override void AddBatchCounters(ref PoolCounters sum) => _source.AddBatchCounters(ref sum);

        internal override void AddPrefetchCounters(ref PrefetchCounters sum) => _source.AddPrefetchCounters(ref sum);

        internal override void ReleaseMemory() => _items = [];

        protected override void Begin()
        {
            _random = new RandomGenerator(Seed);
            _isSourceEnded = false;
        }

        protected override void End()
        {
            try
            {
                while (_count > 0)
                {
                    T item = _items[--_count];
                    _items[_count] = default!; // never read: it is above the count
                    Owned<T>.Dispose(item);    // of a user's own type, it may throw
                }
            }
            finally
            {
                _source.Close();
            }
        }

        protected override void SaveState(StateWriter writer)
        {
            writer.Write(_random);
            writer.Write(_isSourceEnded);
            writer.Write(_count);
            foreach (T item in _items.AsSpan(0, _count))
            {
                ItemState<T>.Write(writer, item);
            }

            _source.Save(writer);
        }

        protected override void LoadState(StateReader reader)
        {
            _random = reader.ReadGenerator();
            _isSourceEnded = reader.ReadBoolean();
            int count = reader.ReadIndex(capacity);
            while (_count < count)
            {
                Add(ItemState<T>.Read(reader, Scope));
            }

            _source.Active = reader.ReadBoolean() ? LoadChild(source, reader) : null;
        }

        private void TakeOne()
        {
            Activation<T> active = _source.Active ??= OpenChild(source, 0);
            if (active.TryNext(out T? item))
            {
                Add(item);
                return;
            }

            _isSourceEnded = true;
            _source.Close();
        }

        private void Add(T item)
        {
            if (_count == _items.Length)
            {
                Array.Resize(ref _items, (int)Math.Min(capacity, Math.Max(16, 2L * _count)));
            }

            _items[_count++] = item;
        }
    }
}
