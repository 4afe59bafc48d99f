using System.Diagnostics.CodeAnalysis;

namespace Pescador.Fast;

/// <summary>Anything enumerable. Samples stay its own: what is given are views that hold them.</summary>
internal sealed class EnumerableStreamer<T>(IEnumerable<T> source) : Streamer<T>(null)
{
    internal override string Label { get; } = $"From({source.GetType().Name}{(source.TryGetNonEnumeratedCount(out int count) ? $" of {count}" : "")})";

    internal override IEnumerable<IStreamerNode> Inputs => [];

    internal override Activation<T> Create() => new EnumerableActivation(this);

    internal IReadOnlyList<T>? List => source as IReadOnlyList<T>;

    private IEnumerable<T> Source => source;

    private sealed class EnumerableActivation(EnumerableStreamer<T> recipe) : Activation<T>(recipe)
    {
        // Lists are read by index: nothing is allocated, and a position can be stored.
        private readonly IReadOnlyList<T>? _list = recipe.List;
        private IEnumerator<T>? _enumerator;
        private long _taken; // how often it was asked and did not end; also where it threw

        internal override bool TryNext([MaybeNullWhen(false)] out T item)
        {
            if (!TryRead(out item))
            {
                return false;
            }

            if (typeof(T) == typeof(Sample))
            {
                item = (T)(object)Lease((Sample)(object)item!); // T is Sample: no boxing is left after compilation
            }

            return true;
        }

        protected override void Begin() => _taken = 0;

        protected override void End()
        {
            IEnumerator<T>? enumerator = _enumerator;
            _enumerator = null;
            enumerator?.Dispose();
        }

        protected override void SaveState(StateWriter writer) => writer.Write(_taken);

        protected override void LoadState(StateReader reader)
        {
            long given = reader.ReadInt64();
            while (_list is null && _taken < given && TrySkip())
            {
            }

            if (_list is not null && (ulong)given <= (ulong)_list.Count)
            {
                _taken = given;
            }

            if (_taken != given)
            {
                throw new PescadorException($"{recipe.Label} has {_taken} items, but gave {given} before the state was saved.");
            }
        }

        private Sample Lease(Sample sample)
        {
            SampleCore view = Scope.Views.Rent();
            view.Borrow(sample.Core, sample.Generation);
            return new Sample(view);
        }

        private bool TryRead([MaybeNullWhen(false)] out T item)
        {
            if (_list is not null)
            {
                bool has = _taken < _list.Count;
                item = has ? _list[(int)_taken++] : default;
                return has;
            }

            _enumerator ??= recipe.Source.GetEnumerator();
            _taken++;
            if (_enumerator.MoveNext())
            {
                item = _enumerator.Current;
                return true;
            }

            _taken--;
            item = default;
            return false;
        }

        private bool TrySkip()
        {
            try
            {
                return TryRead(out _);
            }
            catch (DataException)
            {
                return true; // as it did then, and somebody skipped it
            }
        }
    }
}
