namespace Pescador.Fast;

/// <summary>Draws an index in proportion to its weight in constant time; other weights need the whole table anew.</summary>
/// <remarks>Source: A. J. Walker, ACM Transactions on Mathematical Software 3, 1977; built in linear time as by M. D. Vose, IEEE Transactions on
/// Software Engineering 17, 1991. A pure function of the weights. An index of weight 0 is never drawn. Nothing is allocated after construction.</remarks>
internal sealed class AliasTable(int count)
{
    private readonly (double Keep, int Alias)[] _entries = new (double, int)[count];
    private readonly int[] _waiting = new int[count]; // those below the mean from the front, those above it from the back

    /// <summary>Takes the weights: finite, none negative, at least one positive.</summary>
    internal void Build(ReadOnlySpan<double> weights)
    {
        double total = 0;
        int heaviest = 0;
        for (int i = 0; i < count; i++)
        {
            heaviest = weights[i] > weights[heaviest] ? i : heaviest;
        }

        // In parts of the heaviest, so that no sum overflows.
        double scale = weights[heaviest];
        for (int i = 0; i < count; i++)
        {
            total += weights[i] / scale;
        }

        int below = 0;
        int above = count;
        for (int i = 0; i < count; i++)
        {
            double keep = weights[i] / scale / total * count;
            _entries[i] = (keep, heaviest);
            if (keep < 1)
            {
                _waiting[below++] = i;
            }
            else
            {
                _waiting[--above] = i;
            }
        }

        while (below > 0 && above < count)
        {
            int light = _waiting[--below];
            int heavy = _waiting[above];
            _entries[light].Alias = heavy;
            _entries[heavy].Keep -= 1 - _entries[light].Keep;
            if (_entries[heavy].Keep < 1)
            {
                above++;
                _waiting[below++] = heavy;
            }
        }

        // What rounding leaves on either side keeps all of its slot; one without weight gives all of it to the heaviest.
        while (above < count)
        {
            _entries[_waiting[above++]].Keep = 1;
        }

        while (below > 0)
        {
            int light = _waiting[--below];
            _entries[light].Keep = weights[light] > 0 ? 1 : 0;
        }
    }

    internal int Draw(ref RandomGenerator random)
    {
        double place = random.NextDouble() * count;
        int index = (int)place;
        (double keep, int alias) = _entries[index];
        return place - index < keep ? index : alias;
    }

    /// <summary>The probability of an index, for tests.</summary>
    internal double ProbabilityOf(int index)
    {
        double probability = 0;
        for (int i = 0; i < count; i++)
        {
            (double keep, int alias) = _entries[i];
            probability += (i == index ? Math.Min(keep, 1) : 0) + (alias == index ? Math.Max(0, 1 - keep) : 0);
        }

        return probability / count;
    }
}
