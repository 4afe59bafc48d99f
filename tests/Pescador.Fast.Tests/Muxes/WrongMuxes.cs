namespace Pescador.Fast.Tests;

/// <summary>Laws that are nearly right, for the twins of statistical tests.</summary>
internal static class WrongMuxes
{
    /// <summary>Each stream active at most once, a free place filled in proportion to w among those not active.</summary>
    internal static IEnumerable<int> ActivatedByWeight(StreamContext context, double[] weights, int active, int count)
    {
        var candidates = new DiscreteSampler(weights);
        var places = new int[active];
        var left = new int[active];
        for (int i = 0; i < active; i++)
        {
            Open(i);
        }

        while (true)
        {
            int place = context.Random.Next(active);
            yield return places[place];
            if (--left[place] == 0)
            {
                candidates[places[place]] = weights[places[place]];
                Open(place);
            }
        }

        void Open(int place)
        {
            places[place] = candidates.Draw(ref context.Random.Generator);
            candidates[places[place]] = 0;
            left[place] = count;
        }
    }

    /// <summary>Streams of given lengths, activated alike with replacement.</summary>
    internal static IEnumerable<int> NotCorrectedForLengths(StreamContext context, int[] lengths, int active, int count)
    {
        var places = new int[active];
        var left = new int[active];
        while (true)
        {
            int place = context.Random.Next(active);
            if (left[place] == 0)
            {
                places[place] = context.Random.Next(lengths.Length);
                left[place] = Math.Min(count, lengths[places[place]]);
            }

            left[place]--;
            yield return places[place];
        }
    }

    /// <summary>Two of the streams active, each at most once, equal shares wanted: right but for one thing, that a stream which has given its
    /// count is replaced at the next pull, and one that has ended when its place is drawn.</summary>
    internal static IEnumerable<int> ReplacedAtTwoTimes(StreamContext context, int[] lengths, int count)
    {
        double[] weights = [.. lengths.Select(length => 1.0 / Math.Min(length, count))];
        var candidates = new DiscreteSampler(weights);
        int[] places = [-1, -1];
        int[] given = new int[2];
        Replace(0);
        Replace(1);
        while (true)
        {
            int place = context.Random.Next(2);
            if (given[place] == lengths[places[place]])
            {
                Replace(place);
            }

            given[place]++;
            yield return places[place];
            if (given[place] == count)
            {
                Replace(place);
            }
        }

        void Replace(int place)
        {
            int before = places[place];
            if (before >= 0)
            {
                candidates[before] = weights[before];
            }

            places[place] = candidates.Draw(ref context.Random.Generator);
            candidates[places[place]] = 0;
            given[place] = 0;
        }
    }
}
