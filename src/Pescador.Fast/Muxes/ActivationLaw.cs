namespace Pescador.Fast;

/// <summary>
/// Which streamer a StochasticMux activates next, and with what weight it then stands in the draw. One class for SingleActive under
/// LongRunShare (<see cref="SharedPlacesLaw"/>), one for all else (<see cref="IndependentPlacesLaw"/>).
/// </summary>
internal abstract class ActivationLaw
{
    /// <summary>Whether all active streams are drawn alike.</summary>
    internal abstract bool DrawsUniformly { get; }

    /// <summary>Whether a stream that has given its count is replaced when its place is drawn, not already at the next pull.</summary>
    internal virtual bool ReplacesWhenDrawn => false;

    /// <summary>Whether the draw weights of the places stay as they are, as a rule, when a stream is replaced.</summary>
    internal abstract bool HasSteadyPlaces { get; }

    /// <summary>Rises when draw weights of open streams have changed.</summary>
    internal int Version { get; private protected set; }

    internal static ActivationLaw Of(int count, int places, StochasticMode mode, MuxWeighting weighting) =>
        mode == StochasticMode.SingleActive && weighting == MuxWeighting.LongRunShare
            ? new SharedPlacesLaw(count, places)
            : new IndependentPlacesLaw(count, mode, weighting);

    /// <summary>Starts anew.</summary>
    internal abstract void Begin(ReadOnlySpan<double> weights);

    /// <summary>Takes other weights; what is open stays open.</summary>
    internal abstract void SetWeights(ReadOnlySpan<double> weights);

    /// <summary>The weight of an open stream in the draw.</summary>
    internal abstract double DrawWeight(int index);

    /// <summary>Whether an open stream is to be closed, because the weights in force leave it no place.</summary>
    internal abstract bool IsLeftOut(int index);

    /// <summary>Draws the first active set.</summary>
    /// <returns>How many of <paramref name="chosen"/> could be filled.</returns>
    internal abstract int ChooseFirst(Span<int> chosen, ref RandomGenerator random);

    /// <summary>Draws the next streamer to activate.</summary>
    /// <param name="closed">The one just closed; −1 when a free place was never filled.</param>
    /// <param name="random">The mux's generator of choices.</param>
    /// <returns>Its index; −1 when there is none.</returns>
    internal abstract int Choose(int closed, ref RandomGenerator random);

    /// <summary>Tells what will be chosen next, if nothing happens but that streams reach their count. Changes nothing.</summary>
    /// <param name="next">For the answer, in order; at most <see cref="Candidates.Lookahead"/>.</param>
    /// <param name="random">A copy of the mux's generator of choices.</param>
    /// <returns>How many could be told.</returns>
    internal abstract int Foretell(Span<int> next, RandomGenerator random);

    internal abstract void CountOpened(int index);

    /// <summary>Counts an activation that closed.</summary>
    /// <param name="index">Whose.</param>
    /// <param name="samples">How many it gave; 0 also for one that was closed for another reason than its count or its end.</param>
    /// <param name="isEarly">Whether it ended before its count.</param>
    internal abstract void CountClosed(int index, long samples, bool isEarly);

    /// <summary>Excludes a streamer that gave nothing.</summary>
    internal abstract void Drop(int index);

    /// <summary>Excludes a streamer for a while.</summary>
    internal abstract void SetAside(int index);

    /// <summary>Ends that.</summary>
    internal abstract void TakeBack(int index);

    internal abstract void Save(StateWriter writer);

    /// <summary>Restores all but what is open; <see cref="CountOpened"/> tells that afterwards.</summary>
    internal abstract void Load(StateReader reader);

    /// <summary>Whether all positive weights are the same.</summary>
    private protected static bool AreEqual(ReadOnlySpan<double> weights)
    {
        double first = 0;
        foreach (double weight in weights)
        {
            if (weight > 0 && weight != first)
            {
                if (first > 0)
                {
                    return false;
                }

                first = weight;
            }
        }

        return true;
    }

    internal static void Write(StateWriter writer, double[] weights)
    {
        foreach (double weight in weights)
        {
            writer.Write(weight);
        }
    }

    internal static void Read(StateReader reader, double[] weights)
    {
        foreach (ref double weight in weights.AsSpan())
        {
            weight = reader.ReadDouble();
            if (!double.IsFinite(weight) || weight < 0)
            {
                throw reader.Damaged($"the weight {weight}");
            }
        }
    }
}
