using System.Diagnostics;
using System.Diagnostics.CodeAnalysis;

namespace Pescador.Fast;

/// <summary>
/// SingleActive under LongRunShare: the places are shared out by an <see cref="InclusionPlan"/>. A free place goes to a pinned stream that is
/// not active, else to one of the others in proportion to a_j / m_j, the one just closed included. Equal weights need no plan.
/// </summary>
internal sealed class SharedPlacesLaw(int count, int places) : ActivationLaw
{
    // Dropped streamers leave the others' odds as they were until this part of what those share out is gone; solving is dear. It is not a part
    // of everything: beside a pinned stream of 0.99, dropping half of the others would then change nothing but their shares.
    private const double PartThatMatters = 0.01;

    private readonly Candidates _candidates = new(count, isCorrected: true, holds: true);
    private readonly double[] _weights = new double[count];
    private readonly double[] _wanted = new double[count];
    private readonly bool[] _isActive = new bool[count];
    private InclusionPlan? _plan;
    private InclusionPlan? _firstPlan; // of the last start, and the one solved last:
    private InclusionPlan? _lastPlan;  // a mux that is activated again and again solves each once
    private double _droppedShare;
    private int _idlePinned;

    internal override bool DrawsUniformly => _plan is null;

    // A pinned stream comes back to its place, and the others all weigh the same.
    internal override bool HasSteadyPlaces => true;

    // A stream's end is noticed when its place is drawn, and until then it keeps others from choosing it, and itself from returning. Where other
    // places are refilled as soon as a count is reached, the active set's law is then no product of the streams' weights: shares were
    // off by 2 to 10 % (2 of 4 streams active, lengths 1 and 50, rate 2). Where all are refilled when drawn it is one, Π v_i E[R_i].
    internal override bool ReplacesWhenDrawn => _candidates.HasEarlyEnd;

    internal override void Begin(ReadOnlySpan<double> weights)
    {
        weights.CopyTo(_weights);
        Array.Clear(_isActive);
        _candidates.Reset(weights);
        Solve();
        _firstPlan = _plan;
    }

    internal override void SetWeights(ReadOnlySpan<double> weights)
    {
        weights.CopyTo(_weights);
        Solve();
    }

    internal override double DrawWeight(int index) => _plan?.DrawWeight(index) ?? 1;

    internal override bool IsLeftOut(int index) => _weights[index] == 0 || (_plan is not null && _plan.IsLeftOut(index));

    internal override int ChooseFirst(Span<int> chosen, ref RandomGenerator random)
    {
        int filled = 0;
        if (_plan is not null)
        {
            filled = _plan.DrawSet(chosen, ref random);
            foreach (int index in chosen[..filled])
            {
                CountOpened(index);
            }

            return filled;
        }

        while (filled < chosen.Length && _candidates.Choose(ref random) is var index and >= 0)
        {
            chosen[filled++] = index;
            CountOpened(index);
        }

        return filled;
    }

    internal override int Choose(int closed, ref RandomGenerator random)
    {
        if (_idlePinned == 0)
        {
            return _candidates.Choose(ref random);
        }

        if (closed >= 0 && IsIdlePinned(closed))
        {
            return closed;
        }

        // Only after weights were changed, or where an empty pinned stream is not pruned: what closes in the steady state is found above.
        foreach (int index in _plan!.Pinned) // there are none without a plan
        {
            if (IsIdlePinned(index))
            {
                return index;
            }
        }

        throw new UnreachableException();
    }

    // Pinned streams come back at once, to the place that they left.
    internal override int Foretell(Span<int> next, RandomGenerator random) => _candidates.Foretell(next, isHeldOnceChosen: true, random);

    internal override void CountOpened(int index)
    {
        _candidates.Hold(index);
        _idlePinned -= IsIdlePinned(index) ? 1 : 0;
        _isActive[index] = true;
    }

    internal override void CountClosed(int index, long samples, bool isEarly)
    {
        _candidates.CountClosed(index, samples, isEarly);
        TakeBack(index);
    }

    internal override void Drop(int index)
    {
        if (_candidates.IsDropped(index))
        {
            return;
        }

        _idlePinned -= IsIdlePinned(index) ? 1 : 0;
        _candidates.Drop(index);
        if (_plan is null)
        {
            return;
        }

        // Without one of the pinned there are more places for the others.
        _droppedShare += _plan.ShareOf(index);
        if (_plan.IsPinned(index) || _droppedShare > PartThatMatters * _plan.SharedOut)
        {
            Solve();
        }
    }

    // What is active is no candidate, and what is set aside is to be none either.
    internal override void SetAside(int index) => CountOpened(index);

    internal override void TakeBack(int index)
    {
        _candidates.Release(index);
        _isActive[index] = false;
        _idlePinned += IsIdlePinned(index) ? 1 : 0;
    }

    internal override void Save(StateWriter writer)
    {
        Write(writer, _weights);
        writer.Write(_plan is not null);
        writer.Write(_droppedShare);
        if (_plan is not null)
        {
            Write(writer, _plan.Weights);
        }

        _candidates.Save(writer);
    }

    internal override void Load(StateReader reader)
    {
        Read(reader, _weights);
        bool hasPlan = reader.ReadBoolean();
        _droppedShare = reader.ReadDouble();
        if (hasPlan)
        {
            Read(reader, _wanted);
        }

        _plan = hasPlan ? PlanFor(_wanted) : null;
        Version++;
        _candidates.Load(reader);
        Array.Clear(_isActive);
        CountIdlePinned();
    }

    private bool IsIdlePinned(int index) => _plan is not null && _plan.IsPinned(index) && !_isActive[index] && !_candidates.IsDropped(index);

    private void Solve()
    {
        for (int i = 0; i < count; i++)
        {
            _wanted[i] = _candidates.IsDropped(i) ? 0 : _weights[i];
        }

        _droppedShare = 0;
        Version++;
        _plan = AreEqual(_wanted) ? null : PlanFor(_wanted);
        if (_plan is null)
        {
            for (int i = 0; i < count; i++)
            {
                _wanted[i] = _wanted[i] > 0 ? 1 : 0;
            }
        }

        _candidates.SetWeights(_plan is null ? _wanted : _plan.Activation);
        CountIdlePinned();
    }

    private InclusionPlan PlanFor(double[] weights)
    {
        if (IsFor(_firstPlan, weights))
        {
            return _firstPlan;
        }

        return IsFor(_lastPlan, weights) ? _lastPlan : _lastPlan = new InclusionPlan(weights, places);
    }

    private static bool IsFor([NotNullWhen(true)] InclusionPlan? plan, double[] weights) =>
        plan is not null && plan.Weights.AsSpan().SequenceEqual(weights);

    private void CountIdlePinned()
    {
        _idlePinned = 0;
        if (_plan is null)
        {
            return;
        }

        foreach (int index in _plan.Pinned)
        {
            _idlePinned += IsIdlePinned(index) ? 1 : 0;
        }
    }
}
