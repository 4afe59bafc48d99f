using System.Diagnostics;

namespace Pescador.Fast;

// The draw, and what is known of the next ones.
internal sealed partial class Candidates
{
    private const int MostProposals = 16;

    private AliasTable? _alias; // of all weights, while they are as given; several draws for one choice are then 5 ns each, not 15
    private bool _hasAlias;
    private bool _drawsByAlias;
    private int[]? _ahead; // proposals, the next one at _aheadAt
    private int _aheadAt;
    private bool _hasAhead;

    /// <summary>Draws one.</summary>
    /// <returns>Its index; −1 when there is none.</returns>
    internal int Choose(ref RandomGenerator random)
    {
        if (_held == 0 && !_lengths.HasEarlyEnd)
        {
            return _drawsUniformly ? random.NextInt32(count)
                : _drawsByAlias ? DrawByAlias(ref random)
                : _all!.Draw(ref random); // made whenever the draw is not uniform
        }

        if (_freeCount == 0)
        {
            return -1;
        }

        for (int left = CanPropose ? MostProposals : 0; left > 0; left--)
        {
            if (Propose(ref random) is var proposed and >= 0 && IsFree(proposed))
            {
                return proposed;
            }
        }

        return Free().Draw(ref random);
    }

    /// <summary>Tells what will be chosen next: wrong only where something is held, released, dropped or given another weight meanwhile.</summary>
    /// <param name="next">For the answer.</param>
    /// <param name="isHeldOnceChosen">Whether what is chosen will be held.</param>
    /// <param name="random">A copy of the generator that will choose.</param>
    /// <returns>How many could be told.</returns>
    internal int Foretell(Span<int> next, bool isHeldOnceChosen, RandomGenerator random)
    {
        Debug.Assert(next.Length <= Lookahead, "no more are drawn ahead");
        bool isQueued = _lengths.HasEarlyEnd;
        int proposals = isQueued ? (_hasAhead ? Lookahead : 0) : CanPropose ? 2 * Lookahead : 0;
        int told = 0;
        for (int i = 0; i < proposals && told < next.Length; i++)
        {
            int proposed = isQueued ? _ahead![(_aheadAt + i) % Lookahead] : Propose(ref random); // filled, if there are any
            if (proposed >= 0 && IsFree(proposed) && !(isHeldOnceChosen && next[..told].Contains(proposed)))
            {
                next[told++] = proposed;
            }
        }

        return told;
    }

    /// <summary>Tells what will be chosen next, where each is dropped once it is chosen.</summary>
    /// <inheritdoc cref="Foretell"/>
    internal int ForetellDropping(Span<int> next, RandomGenerator random)
    {
        if (_drawsUniformly)
        {
            return 0; // nothing was chosen yet
        }

        int told = 0;
        while (told < next.Length && _all!.Draw(ref random) is var chosen and >= 0) // made: see Choose
        {
            next[told++] = chosen;
            _all.Set(chosen, 0);
        }

        foreach (int chosen in next[..told])
        {
            _all!.Set(chosen, _weights[chosen]);
        }

        return told;
    }

    // Where hardly any would be accepted none is made.
    private bool CanPropose => !_drawsUniformly || (long)_freeCount * MostProposals >= count;

    private int Propose(ref RandomGenerator random)
    {
        if (_drawsUniformly)
        {
            return random.NextInt32(count);
        }

        if (_drawsByAlias)
        {
            return DrawByAlias(ref random);
        }

        CandidateOdds all = _all!; // made: see Choose
        if (!_lengths.HasEarlyEnd)
        {
            return all.Draw(ref random);
        }

        if (!_hasAhead)
        {
            _ahead ??= new int[Lookahead];
            foreach (ref int ahead in _ahead.AsSpan())
            {
                ahead = all.Draw(ref random);
            }

            _aheadAt = 0;
            _hasAhead = true;
        }

        ref int place = ref _ahead![_aheadAt]; // made above, if not before
        int proposed = place;
        place = all.Draw(ref random);
        _aheadAt = (_aheadAt + 1) % Lookahead;
        return proposed;
    }

    private int DrawByAlias(ref RandomGenerator random)
    {
        if (!_hasAlias)
        {
            (_alias ??= new AliasTable(count)).Build(_weights);
            _hasAlias = true;
        }

        return _alias!.Draw(ref random); // made above, if not before
    }

    // Made when it is first needed, in a time that grows as N, and kept up from then on: it is needed again and again where nearly all of the
    // weight is held.
    private CandidateOdds Free()
    {
        _free ??= new CandidateOdds(count, _lengths);
        if (!_hasFree)
        {
            SetAll(_free, withHeld: false);
            _hasFree = true;
        }

        return _free;
    }

    private void SaveAhead(StateWriter writer)
    {
        writer.Write(_hasAhead);
        for (int i = 0; i < Lookahead && _hasAhead; i++)
        {
            writer.Write(_ahead![(_aheadAt + i) % Lookahead]); // made, if it is in use
        }
    }

    private void LoadAhead(StateReader reader)
    {
        if (!reader.ReadBoolean())
        {
            return;
        }

        _ahead ??= new int[Lookahead];
        _aheadAt = 0;
        _hasAhead = true;
        foreach (ref int proposed in _ahead.AsSpan())
        {
            proposed = reader.ReadInt32();
            if (proposed < -1 || proposed >= count)
            {
                throw reader.Damaged($"streamer {proposed} of {count}");
            }
        }
    }
}
