namespace Pescador.Fast;

public sealed partial class StochasticMux<T>
{
    private const int Unknown = -1;

    private int _inputsCanForesee = Unknown; // else 0 or 1; asked once, of whoever needs it first

    private bool CanForeseeInputs()
    {
        if (_inputsCanForesee == Unknown)
        {
            _inputsCanForesee = Array.Exists(_inputs.Streamers, static streamer => streamer.CanForesee) ? 1 : 0;
        }

        return _inputsCanForesee == 1;
    }

    // What will be opened next is told to the streamers ahead. It changes nothing that is given: the choices are drawn from a copy.
    private sealed partial class StochasticActivation
    {
        private readonly bool _canForesee = recipe.CanForeseeInputs();
        private int[] _foreseenIndices = [];
        private int[] _nextIndices = [];
        private int _foreseen; // how many of the indices were told and not opened since

        private void ForeseeFirst(ReadOnlySpan<int> chosen)
        {
            foreach (int index in chosen)
            {
                _inputs.Streamers[index].Foresee(Scope, isWanted: true);
            }
        }

        // What stands in the queue is not to be opened after the end.
        private void ForeseeNoMore()
        {
            foreach (ref Place place in _places.AsSpan(0, _open))
            {
                _inputs.Streamers[place.Index].Foresee(Scope, isWanted: false);
            }

            foreach (int index in _foreseenIndices.AsSpan(0, _foreseen))
            {
                if (index != Unknown)
                {
                    _inputs.Streamers[index].Foresee(Scope, isWanted: false);
                }
            }

            _foreseen = 0;
        }

        private void ForeseeNext()
        {
            if (_nextIndices.Length == 0)
            {
                _foreseenIndices = new int[Candidates.Lookahead];
                _nextIndices = new int[Candidates.Lookahead];
            }

            int count = _law.Foretell(_nextIndices, _choices);
            Span<int> before = _foreseenIndices.AsSpan(0, _foreseen);
            for (int i = 0; i < count; i++)
            {
                int index = _nextIndices[i];
                if (!before.Contains(index) && !_nextIndices.AsSpan(0, i).Contains(index))
                {
                    _inputs.Streamers[index].Foresee(Scope, isWanted: true);
                }
            }

            (_foreseenIndices, _nextIndices) = (_nextIndices, _foreseenIndices);
            _foreseen = count;
        }

        // It is opened now; if it is to be opened once more, that is to be told again.
        private void ForgetForeseen(int index) => _foreseenIndices.AsSpan(0, _foreseen).Replace(index, Unknown);
    }
}
