using System.Diagnostics.CodeAnalysis;
using System.Runtime.ExceptionServices;

namespace Pescador.Fast;

public sealed partial class StochasticMux<T>
{
    /// <summary>One place of the active set.</summary>
    private struct Place
    {
        internal Activation<T>? Stream;
        internal long Remaining; // of the count; 0 only for the place that is replaced at the next pull
        internal long Count;
        internal int Index;
    }

    // Three generators, so that streams can be foreseen: what is drawn does not depend on when the next ones are chosen, nor the choice on
    // how many numbers a count took.
    private sealed class StochasticActivation(StochasticMux<T> recipe) : Activation<T>(recipe)
    {
        private readonly MuxInputs<T> _inputs = recipe._inputs;
        private readonly ActivationLaw _law = ActivationLaw.Of(recipe._inputs.Count, recipe._activeCount, recipe._mode, recipe._weighting, recipe._pruneEmpty);
        private readonly SampleCountSampler? _counts = recipe._rate is { } rate ? new(recipe._distribution, rate) : null;
        private readonly double[] _weights = new double[recipe._inputs.Count];
        private readonly Place[] _places = new Place[recipe._activeCount];
        private DiscreteSampler? _placeWeights; // while the draw is not uniform
        private RandomGenerator _draws;
        private RandomGenerator _choices;
        private RandomGenerator _lengths;
        private int _open;
        private int _spent; // the place that is replaced at the next pull; -1 when there is none
        private bool _hasBegun;
        private bool _drawsUniformly;
        private int _weightsVersion;
        private int _lawVersion;
        private HashSet<int>? _endedEmpty; // since the last sample; only without pruning
        private int[]? _firstSet;
        private double[]? _drawWeights;

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

        protected override void Begin()
        {
            _draws = new RandomGenerator(RandomGenerator.Mix(Seed, 1));
            _choices = new RandomGenerator(RandomGenerator.Mix(Seed, 2));
            _lengths = new RandomGenerator(RandomGenerator.Mix(Seed, 3));
            _open = 0;
            _spent = -1;
            _hasBegun = false;
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

        protected override void SaveState(StateWriter writer)
        {
            writer.Write(_draws);
            writer.Write(_choices);
            writer.Write(_lengths);
            writer.Write(_hasBegun);
            if (!_hasBegun)
            {
                return;
            }

            _law.Save(writer);
            writer.Write(_spent);
            writer.Write(_open);
            foreach (ref Place place in _places.AsSpan(0, _open))
            {
                writer.Write(place.Index);
                writer.Write(place.Count);
                writer.Write(place.Remaining);
                place.Stream!.Save(writer); // a place below _open is filled between two pulls
            }
        }

        protected override void LoadState(StateReader reader)
        {
            _draws = reader.ReadGenerator();
            _choices = reader.ReadGenerator();
            _lengths = reader.ReadGenerator();
            _hasBegun = reader.ReadBoolean();
            if (!_hasBegun)
            {
                return;
            }

            _weightsVersion = _inputs.WeightsVersion; // those in force are the saved ones, until somebody changes them
            _law.Load(reader);
            int spent = reader.ReadInt32();
            int open = reader.ReadIndex(_places.Length);
            for (int i = 0; i < open; i++)
            {
                int index = reader.ReadIndex(_inputs.Count - 1);
                _places[i] = new Place { Index = index, Count = reader.ReadInt64(), Remaining = reader.ReadInt64() };
                _open = i + 1;
                _law.CountOpened(index);
                _places[i].Stream = LoadChild(_inputs.Streamers[index], reader);
            }

            _spent = spent >= -1 && spent < open ? spent : throw reader.Damaged($"place {spent} of {open}");
            RefreshDraw();
        }

        private bool Next<TPull>(ref TPull pull) where TPull : struct, IPull<T>
        {
            if (_spent >= 0 || !_hasBegun)
            {
                Prepare();
            }

            while (_open > 0)
            {
                int index = _drawsUniformly ? _draws.NextInt32(_open) : _placeWeights!.Draw(ref _draws); // made by RefreshDraw
                if (pull.From(_places[index].Stream!) || RefillAndPull(ref index, ref pull)) // a place below _open is filled between two pulls
                {
                    if (--_places[index].Remaining == 0)
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
            if (_hasBegun)
            {
                int spent = _spent;
                _spent = -1;
                Close(spent, isEarly: false);
                Refill(spent);
                return;
            }

            _hasBegun = true;
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

        // The stream that was drawn has ended; the refilled place gives the sample.
        private bool RefillAndPull<TPull>(ref int place, ref TPull pull) where TPull : struct, IPull<T>
        {
            do
            {
                Close(place, isEarly: true);
                place = Refill(place);
            }
            while (place >= 0 && !pull.From(_places[place].Stream!)); // just refilled
            return place >= 0;
        }

        private void Close(int place, bool isEarly)
        {
            ref Place closed = ref _places[place];
            int index = closed.Index;
            long given = closed.Count - closed.Remaining;
            Activation<T>? stream = closed.Stream;
            closed.Stream = null;
            stream?.Close();
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

        private void ForgetEmpty()
        {
            foreach (int index in _endedEmpty!) // the caller has seen that there are some
            {
                _law.TakeBack(index);
            }

            _endedEmpty.Clear();
        }

        /// <summary>Fills a place that was closed.</summary>
        /// <returns>Which place was filled in its stead; −1 when none could be.</returns>
        private int Refill(int place)
        {
            if (_inputs.WeightsVersion == _weightsVersion && _open == _places.Length)
            {
                int next = _law.Choose(_places[place].Index, ref _choices);
                if (next >= 0)
                {
                    OpenAndCount(place, next);
                    return place;
                }
            }

            RemovePlace(place);
            TakeWeights();
            int filled = -1;
            while (_open < _places.Length && _law.Choose(-1, ref _choices) is var next and >= 0)
            {
                filled = _open;
                OpenAndCount(filled, next);
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
            }
        }

        // From the next activation on, changed weights hold; an open stream whose weight has become 0 would never be drawn again.
        private void TakeWeights()
        {
            if (_inputs.WeightsVersion == _weightsVersion)
            {
                return;
            }

            _weightsVersion = _inputs.CopyWeights(_weights);
            _law.SetWeights(_weights);
            for (int place = _open - 1; place >= 0 && !_law.DrawsUniformly; place--)
            {
                if (_law.DrawWeight(_places[place].Index) == 0)
                {
                    Close(place, isEarly: false);
                    RemovePlace(place);
                }
            }

            RefreshDraw();
        }

        private void RefreshDraw(int place)
        {
            if (_law.Version != _lawVersion)
            {
                RefreshDraw();
            }
            else if (!_drawsUniformly)
            {
                double weight = _law.DrawWeight(_places[place].Index);
                if (_placeWeights![place] != weight) // made when the draw ceased to be uniform
                {
                    _placeWeights[place] = weight;
                }
            }
        }

        private void RefreshDraw()
        {
            _lawVersion = _law.Version;
            _drawsUniformly = _law.DrawsUniformly;
            if (_drawsUniformly)
            {
                return;
            }

            _placeWeights ??= new DiscreteSampler(_places.Length);
            Span<double> weights = _drawWeights ??= new double[_places.Length];
            for (int i = 0; i < weights.Length; i++)
            {
                weights[i] = i < _open ? _law.DrawWeight(_places[i].Index) : 0;
            }

            _placeWeights.SetAll(weights);
        }

        private void DrawCount(int place)
        {
            if (_counts is not null)
            {
                double share = _drawsUniformly ? 1.0 / _open : _placeWeights![place] / _placeWeights.Total; // made by RefreshDraw
                long count = _counts.Draw(share, ref _lengths);
                _places[place].Count = count;
                _places[place].Remaining = count;
            }
        }
    }
}
