namespace Pescador.Fast;

public sealed partial class StochasticMux<T>
{
    // The weights in force, the draw among the open streams, their counts; and the state.
    private sealed partial class StochasticActivation
    {
        private const int CountsBits = 7;

        private readonly double[] _weights = new double[recipe._inputs.Count]; // in force, or to be so when _hasNewWeights
        private DiscreteSampler? _placeWeights; // while the draw is not uniform
        private double[]? _drawWeights;
        private SampleCountSampler?[]? _countsByShare;
        private AliasTable? _placeAlias; // where the places' weights are steady: 4 ns a draw against 10
        private bool _isAliasStale;
        private bool _drawsUniformly;
        private bool _hasNewWeights;
        private int _weightsVersion;
        private int _lawVersion;

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
            bool hasNewWeights = HasNewWeights();
            writer.Write(hasNewWeights);
            if (hasNewWeights)
            {
                ActivationLaw.Write(writer, _weights);
            }

            writer.Write(_spent);
            writer.Write(_open);
            foreach (ref Place place in _places.AsSpan(0, _open))
            {
                writer.Write(place.Index);
                writer.Write(place.Count);
                writer.Write(place.Remaining);
                place.Stream!.Save(writer); // filled: see _places
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
            _hasNewWeights = reader.ReadBoolean();
            if (_hasNewWeights)
            {
                ActivationLaw.Read(reader, _weights);
            }

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

            _spent = spent >= FillFree && spent < open ? spent : throw reader.Damaged($"place {spent} of {open}");
            RefreshDraw();
            if (_canForesee)
            {
                ForeseeNext();
            }
        }

        /// <summary>Whether weights were changed that are not in force yet; they are then in _weights.</summary>
        private bool HasNewWeights()
        {
            if (_inputs.WeightsVersion != _weightsVersion)
            {
                _weightsVersion = _inputs.CopyWeights(_weights);
                _hasNewWeights = true;
            }

            return _hasNewWeights;
        }

        // An open stream whose weight has become 0 is closed: weighted, it would never be drawn again; to exhaustion, it might never end.
        private void TakeWeights()
        {
            if (!HasNewWeights())
            {
                return;
            }

            _law.SetWeights(_weights);
            for (int place = _open - 1; place >= 0; place--)
            {
                int index = _places[place].Index;
                if (_law.IsLeftOut(index))
                {
                    _law.CountClosed(index, samples: 0, isEarly: false);
                    CloseStream(place);
                    RemovePlace(place);
                }
            }

            RefreshDraw();
            _hasNewWeights = false; // not before: an error while a stream is closed must not keep the others
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
                    _isAliasStale = true;
                }
            }
        }

        // Which of the two draws depends on the law alone, so that a restored mux draws as the saved one did.
        private int DrawPlace()
        {
            if (!_law.HasSteadyPlaces)
            {
                return _placeWeights!.Draw(ref _draws); // made by RefreshDraw
            }

            if (_isAliasStale)
            {
                BuildAlias();
            }

            return _placeAlias!.Draw(ref _draws); // made when it was stale, as it is at first
        }

        private void BuildAlias()
        {
            Span<double> weights = _drawWeights ??= new double[_places.Length];
            for (int i = 0; i < weights.Length; i++)
            {
                weights[i] = _placeWeights![i]; // as above
            }

            (_placeAlias ??= new AliasTable(_places.Length)).Build(weights);
            _isAliasStale = false;
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
            _isAliasStale = true;
        }

        private void DrawCount(int place)
        {
            if (_counts is not null)
            {
                // Far below the others' a weight has a share that rounds to 0.
                double share = _drawsUniformly ? 1.0 / _open : Math.Max(_placeWeights![place] / _placeWeights.Total, double.Epsilon); // made by RefreshDraw
                long count = (_drawsUniformly ? _counts : CountsOf(share)).Draw(share, ref _lengths);
                _places[place].Count = count;
                _places[place].Remaining = count;
            }
        }

        // Each sampler keeps what its last share needs, which takes 50 ns to make anew; weighted places have a few shares that return.
        private SampleCountSampler CountsOf(double share)
        {
            _countsByShare ??= new SampleCountSampler?[1 << CountsBits];
            int slot = (int)((BitConverter.DoubleToUInt64Bits(share) * 0x9E3779B97F4A7C15) >> (64 - CountsBits));
            return _countsByShare[slot] ??= new SampleCountSampler(recipe._distribution, recipe._rate!.Value); // there are counts, so a rate
        }
    }
}
