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
        private const int FillFirst = -3;

        private readonly MuxInputs<T> _inputs = recipe._inputs;
        private readonly ActivationLaw _law = ActivationLaw.Of(recipe._inputs.Count, recipe._activeCount, recipe._mode, recipe._weighting);
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
        private int _firstCount; // 0 once all are open
        private int _firstOpened;

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
            _firstCount = 0;
            _firstOpened = 0;
            _foreseen = 0;
            _endedEmpty?.Clear();
        }

        protected override void End()
        {
            if (_canForesee)
            {
                ForeseeNoMore();
            }

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
            try
            {
                if (!_hasBegun)
                {
                    ChooseFirst();
                    OpenFirst();
                }
                else if (spent == FillFirst)
                {
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
            catch
            {
                Mend();
                throw;
            }

            if (_canForesee)
            {
                ForeseeNext();
            }
        }

        // The stream that was drawn has ended, or has given its count under a law that replaces when drawn; the refilled place gives the sample.
        private bool RefillAndPull<TPull>(ref int place, ref TPull pull) where TPull : struct, IPull<T>
        {
            try
            {
                do
                {
                    Close(place, isEarly: _places[place].Remaining > 0);
                    place = Refill(place);
                    if (_canForesee)
                    {
                        ForeseeNext();
                    }
                }
                while (place >= 0 && !pull.From(_places[place].Stream!)); // just refilled
                return place >= 0;
            }
            catch
            {
                Mend();
                throw;
            }
        }
    }
}
