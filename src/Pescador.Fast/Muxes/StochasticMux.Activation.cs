using System.Diagnostics.CodeAnalysis;
using System.Runtime.ExceptionServices;

namespace Pescador.Fast;

public sealed partial class StochasticMux<T>
{
    /// <summary>One place of the active set.</summary>
    private struct Place
    {
        internal Activation<T>? Stream;
        internal long Remaining; // of the count; 0 where it is to be replaced
        internal long Count;
        internal int Index;
    }

    // Three generators, so that streams can be foreseen: what is drawn does not depend on when the next ones are chosen, nor the choice on
    // how many numbers a count took.
    private sealed partial class StochasticActivation(StochasticMux<T> recipe) : Activation<T>(recipe)
    {
        // What is to be done at the next pull before a stream is drawn, if that is not to replace the place of that number.
        private const int Nothing = -1;
        private const int FillFree = -2;

        private readonly MuxInputs<T> _inputs = recipe._inputs;
        private readonly ActivationLaw _law = ActivationLaw.Of(recipe._inputs.Count, recipe._activeCount, recipe._mode, recipe._weighting, recipe._pruneEmpty);
        private readonly SampleCountSampler? _counts = recipe._rate is { } rate ? new(recipe._distribution, rate) : null;
        private readonly Place[] _places = new Place[recipe._activeCount]; // those below _open are filled between two pulls
        private RandomGenerator _draws;
        private RandomGenerator _choices;
        private RandomGenerator _lengths;
        private int _open;
        private int _spent; // the place that is replaced at the next pull
        private bool _hasBegun;
        private HashSet<int>? _endedEmpty; // since the last sample; only without pruning
        private int[]? _firstSet;

        internal override bool TryNext([MaybeNullWhen(false)] out T item)
        {
            var pull = default(LoosePull<T>);
            return pull.Give(Next(ref pull), out item);
        }

        internal override int Fill(RowWriter rows, int count)
        {
            var pull = new RowPull<T>(rows);
            int filled = 0;
            while (filled < count && Next(ref pull))
            {
                filled++;
            }

            return filled;
        }

        internal override void AddBatchCounters(ref PoolCounters sum)
        {
            foreach (ref Place place in _places.AsSpan(0, _open))
            {
                place.Stream?.AddBatchCounters(ref sum);
            }
        }

        internal override void AddPrefetchCounters(ref PrefetchCounters sum)
        {
            foreach (ref Place place in _places.AsSpan(0, _open))
            {
                place.Stream?.AddPrefetchCounters(ref sum);
            }
        }

        protected override void Begin()
        {
            _draws = new RandomGenerator(RandomGenerator.Mix(Seed, 1));
            _choices = new RandomGenerator(RandomGenerator.Mix(Seed, 2));
            _lengths = new RandomGenerator(RandomGenerator.Mix(Seed, 3));
            _open = 0;
            _spent = FillFree;
            _hasBegun = false;
            _hasNewWeights = false;
            _endedEmpty?.Clear();
        }

        protected override void End()
        {
            ExceptionDispatchInfo? first = null;
            foreach (ref Place place in _places.AsSpan(0, _open))
            {
                Closing.One(ref place.Stream, ref first);
            }

            _open = 0;
            first?.Throw();
        }

        private bool Next<TPull>(ref TPull pull) where TPull : struct, IPull<T>
        {
            if (_spent != Nothing)
            {
                Prepare();
            }

            while (_open > 0)
            {
                int index = _drawsUniformly ? _draws.NextInt32(_open) : DrawPlace();
                ref Place place = ref _places[index]; // filled: see there
                if ((place.Remaining > 0 && pull.From(place.Stream!)) || RefillAndPull(ref index, ref pull))
                {
                    if (--_places[index].Remaining == 0 && !_law.ReplacesWhenDrawn)
                    {
                        _spent = index;
                    }

                    if (_endedEmpty is { Count: > 0 })
                    {
                        ForgetEmpty();
                    }

                    return true;
                }
            }

            return false;
        }

        private void Prepare()
        {
            int spent = _spent;
            _spent = Nothing;
            if (!_hasBegun)
            {
                _hasBegun = true;
                OpenFirst();
            }
            else if (spent == FillFree)
            {
                FillFreePlaces();
            }
            else
            {
                Close(spent, isEarly: false);
                Refill(spent);
            }
        }

        private void OpenFirst()
        {
            _weightsVersion = _inputs.CopyWeights(_weights);
            _law.Begin(_weights);
            _firstSet ??= new int[_places.Length];
            int count = _law.ChooseFirst(_firstSet, ref _choices);
            while (_open < count)
            {
                Open(_open, _firstSet[_open]);
            }

            RefreshDraw();
            for (int i = 0; i < _open; i++)
            {
                DrawCount(i);
            }
        }

        // The stream that was drawn has ended, or has given its count under a law that replaces when drawn; the refilled place gives the sample.
        private bool RefillAndPull<TPull>(ref int place, ref TPull pull) where TPull : struct, IPull<T>
        {
            do
            {
                Close(place, isEarly: _places[place].Remaining > 0);
                place = Refill(place);
            }
            while (place >= 0 && !pull.From(_places[place].Stream!)); // just refilled
            return place >= 0;
        }

        private void Close(int place, bool isEarly)
        {
            long given = _places[place].Count - _places[place].Remaining;
            int index = CloseStream(place);
            _law.CountClosed(index, given, isEarly);
            bool hasEndedEmpty = isEarly && given == 0;
            if (hasEndedEmpty && recipe._pruneEmpty)
            {
                _law.Drop(index);
            }
            else if (hasEndedEmpty)
            {
                // Not asked again before somebody has given a sample: otherwise a mux of nothing would spin.
                _law.SetAside(index);
                (_endedEmpty ??= []).Add(index);
            }
        }

        private int CloseStream(int place)
        {
            Activation<T>? stream = _places[place].Stream;
            _places[place].Stream = null;
            stream?.Close();
            return _places[place].Index;
        }

        private void ForgetEmpty()
        {
            foreach (int index in _endedEmpty!) // the caller has seen that there are some
            {
                _law.TakeBack(index);
            }

            _endedEmpty.Clear();
            if (_open < _places.Length && _spent == Nothing)
            {
                _spent = FillFree;
            }
        }

        /// <summary>Fills a place that was closed.</summary>
        /// <returns>Which place was filled in its stead; negative when none could be.</returns>
        private int Refill(int place)
        {
            if (_open == _places.Length && !HasNewWeights() && _law.Choose(_places[place].Index, ref _choices) is var next and >= 0)
            {
                OpenAndCount(place, next);
                return place;
            }

            RemovePlace(place);
            return FillFreePlaces();
        }

        private int FillFreePlaces()
        {
            TakeWeights();
            int filled = Nothing;
            while (_open < _places.Length && _law.Choose(-1, ref _choices) is var next and >= 0)
            {
                filled = _open;
                OpenAndCount(filled, next);
            }

            if (_law.Version != _lawVersion)
            {
                RefreshDraw();
            }

            return filled;
        }

        private void OpenAndCount(int place, int index)
        {
            _law.CountOpened(index);
            Open(place, index);
            RefreshDraw(place);
            DrawCount(place);
        }

        private void Open(int place, int index)
        {
            _places[place] = new Place { Index = index, Remaining = long.MaxValue, Count = long.MaxValue };
            _open = Math.Max(_open, place + 1);
            _places[place].Stream = OpenChild(_inputs.Streamers[index], index);
        }

        private void RemovePlace(int place)
        {
            _open--;
            _places[place] = _places[_open];
            _places[_open] = default;
            if (!_drawsUniformly && _placeWeights is not null)
            {
                _placeWeights[place] = place == _open ? 0 : _placeWeights[_open];
                _placeWeights[_open] = 0;
                _isAliasStale = true;
            }
        }
    }
}
