namespace Pescador.Fast.Bench;

/// <summary>A weighted draw in constant time, of weights that never change.</summary>
/// <remarks>Source: M. D. Vose, "A linear algorithm for generating random numbers with a given distribution", IEEE TSE 17 (1991).</remarks>
internal sealed class AliasTable
{
    private readonly (double Keep, int Alias)[] _entries;

    internal AliasTable(double[] weights)
    {
        double mean = weights.Sum() / weights.Length;
        double[] rest = [.. weights.Select(weight => weight / mean)];
        _entries = new (double, int)[weights.Length];
        var small = new Stack<int>();
        var large = new Stack<int>();
        for (int i = 0; i < rest.Length; i++)
        {
            (rest[i] < 1 ? small : large).Push(i);
        }

        while (small.Count > 0 && large.Count > 0)
        {
            int less = small.Pop();
            int more = large.Pop();
            _entries[less] = (rest[less], more);
            rest[more] -= 1 - rest[less];
            (rest[more] < 1 ? small : large).Push(more);
        }

        foreach (int left in small.Concat(large))
        {
            _entries[left] = (1, left);
        }
    }

    internal int Draw(ref RandomGenerator random)
    {
        double place = random.NextDouble() * _entries.Length;
        int index = (int)place;
        (double keep, int alias) = _entries[index];
        return place - index < keep ? index : alias;
    }
}
