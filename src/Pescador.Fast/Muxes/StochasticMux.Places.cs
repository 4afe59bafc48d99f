namespace Pescador.Fast;

public sealed partial class StochasticMux<T>
{
    // Opens and closes the streams of the active set.
    private sealed partial class StochasticActivation
    {
        private void ChooseFirst()
        {
            _hasBegun = true;
            _weightsVersion = _inputs.CopyWeights(_weights);
            _law.Begin(_weights);
            _firstSet ??= new int[_places.Length];
            _firstOpened = 0;
            _firstCount = _law.ChooseFirst(_firstSet, ref _choices);
            if (_canForesee)
            {
                ForeseeFirst(_firstSet.AsSpan(0, _firstCount));
            }
        }

        private void OpenFirst()
        {
            while (_firstOpened < _firstCount)
            {
                Open(_open, _firstSet![_firstOpened++]); // made with the choice
            }

            RefreshDraw();
            for (int i = 0; i < _open; i++)
            {
                DrawCount(i);
            }

            bool isOneMissing = _open < _firstCount; // opening it has thrown
            _firstCount = 0;
            if (isOneMissing)
            {
                FillFreePlaces();
            }
        }

        private void Close(int place, bool isEarly)
        {
            long given = _places[place].Count - _places[place].Remaining;
            int index = _places[place].Index;
            try
            {
                CloseStream(place);
            }
            finally
            {
                CountClosed(index, given, isEarly);
            }
        }

        private void CountClosed(int index, long given, bool isEarly)
        {
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

        private void CloseStream(int place)
        {
            Activation<T>? stream = _places[place].Stream;
            _places[place].Stream = null;
            stream?.Close();
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
            if (_canForesee)
            {
                ForgetForeseen(index);
            }

            _law.CountOpened(index);
            Open(place, index);
            RefreshDraw(place);
            DrawCount(place);
        }

        private void Open(int place, int index)
        {
            _places[place] = new Place { Index = index, Remaining = long.MaxValue, Count = long.MaxValue };
            _open = Math.Max(_open, place + 1);
            try
            {
                _places[place].Stream = OpenChild(_inputs.Streamers[index], index);
            }
            catch
            {
                _law.CountClosed(index, samples: 0, isEarly: false);
                throw;
            }
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

        // Something has thrown while streams were closed and opened. Whoever skips that error asks again: then every place up to _open must hold a
        // stream, and the others are to be filled.
        private void Mend()
        {
            for (int place = _open - 1; place >= 0; place--)
            {
                if (_places[place].Stream is null)
                {
                    RemovePlace(place);
                }
            }

            if (_firstCount > 0)
            {
                _spent = FillFirst;
            }
            else if (_open < _places.Length)
            {
                _spent = FillFree;
            }
        }
    }
}
