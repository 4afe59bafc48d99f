using System.Numerics;
using System.Runtime.Intrinsics;

namespace Pescador.Fast;

/// <summary>Draws an index in proportion to its weight; weights can be changed one at a time.</summary>
/// <remarks>
/// A tree of sums, seven ways at each node, because the running sums of seven children and the 0 before them fill one
/// vector of eight: a step down the tree is one comparison of vectors, whatever the weights.
/// <code>
/// _sums      T | c1 .. c7 | c11 .. c17 | .. | w[0] .. w[N-1] 0 ..    each node the sum of its children, children of g at 7g+1 .. 7g+7
/// _prefixes  node g:  0, c1, c1+c2, .., c1+..+c7                     inner nodes only, 8 to a node
/// </code>
/// Every sum is made anew from its seven parts, in order; nothing is added to it or taken from it. So the whole state, and with it
/// every later draw, is a pure function of the weights, however they came about. A subtree whose sum is 0 is never entered, and
/// so an index of weight 0 is never drawn. Probabilities are exact to about 10⁻¹⁶ of the total, if that is above 10⁻³⁰⁷;
/// below, to the spacing of subnormal numbers.
/// Not thread-safe. Nothing is allocated after construction.
/// </remarks>
public sealed class DiscreteSampler
{
    private const int Ways = 7;
    private const int Slots = 8;

    private readonly double[] _sums;
    private readonly double[] _prefixes;
    private readonly int _depth;
    private readonly int _firstLeaf;

    /// <summary>Creates a sampler whose weights are all 0.</summary>
    /// <param name="count">Number of indices; at least 1.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="count"/> is below 1, or more than about 230 million.</exception>
    public DiscreteSampler(int count)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(count, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(count, Array.MaxLength / 9);
        Count = count;

        int lastLevel = 0; // index of the first inner node on the lowest inner level
        int widest = 1;    // nodes that level could hold
        for (_depth = 1; (long)widest * Ways < count; _depth++, widest *= Ways) lastLevel += widest;
        int nodes = lastLevel + (count + Ways - 1) / Ways;
        _firstLeaf = lastLevel * Ways + 1;
        _sums = new double[nodes * Ways + 1];
        _prefixes = new double[nodes * Slots];
    }

    /// <summary>Creates a sampler with given weights.</summary>
    /// <param name="weights">At least one weight, each finite and at least 0; they need not sum to 1 and may all be 0.</param>
    /// <exception cref="ArgumentOutOfRangeException">There is no weight, one is negative or not finite, or their
    /// total is not finite.</exception>
    public DiscreteSampler(ReadOnlySpan<double> weights) : this(weights.Length) => SetAll(weights);

    /// <summary>Number of indices.</summary>
    public int Count { get; }

    /// <summary>Sum of the weights.</summary>
    public double Total => _sums[0];

    /// <summary>The weight of an index. Setting it takes a time that grows as log N.</summary>
    /// <param name="index">At least 0, below <see cref="Count"/>.</param>
    /// <value>Finite, at least 0.</value>
    /// <exception cref="ArgumentOutOfRangeException">The index is out of range, the weight is negative or not finite, or it takes the
    /// total beyond the largest double; the weights then remain as they were.</exception>
    public double this[int index]
    {
        get
        {
            CheckIndex(index);
            return _sums[_firstLeaf + index];
        }
        set
        {
            CheckIndex(index);
            CheckWeight(value, index);
            double before = _sums[_firstLeaf + index];
            if (value == before) return; // the sums are a pure function of the weights, so none would change
            Store(index, value);
            if (double.IsFinite(Total)) return;
            Store(index, before);
            throw TotalTooLarge("value");
        }
    }

    /// <summary>Sets every weight, in a time that grows as N.</summary>
    /// <param name="weights">As many as <see cref="Count"/>, each finite and at least 0.</param>
    /// <exception cref="ArgumentException"><paramref name="weights"/> has another length.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A weight is negative or not finite (the weights then remain as they were), or the
    /// total exceeds the largest double (all weights are then 0).</exception>
    public void SetAll(ReadOnlySpan<double> weights)
    {
        if (weights.Length != Count)
            throw new ArgumentException($"Expected {Count} weights, got {weights.Length}.", nameof(weights));
        for (int i = 0; i < weights.Length; i++) CheckWeight(weights[i], i);

        weights.CopyTo(_sums.AsSpan(_firstLeaf));
        Rebuild();
        if (double.IsFinite(Total)) return;
        Array.Clear(_sums);
        Array.Clear(_prefixes);
        throw TotalTooLarge(nameof(weights));
    }

    /// <summary>Draws an index i with probability w[i] / Σw.</summary>
    /// <param name="random">Gives one output.</param>
    /// <returns>An index whose weight is positive.</returns>
    /// <exception cref="InvalidOperationException">All weights are 0.</exception>
    public int Draw(ref RandomGenerator random)
    {
        double total = _sums[0];
        if (total == 0) ThrowNothingToDraw();
        return Descend(random.NextDouble() * total);
    }

    /// <summary>Finds the index at a place on the line on which the weights are laid end to end.</summary>
    /// <param name="u">At least 0, below <see cref="Total"/>.</param>
    /// <returns>The index i with w[0] + .. + w[i−1] ≤ <paramref name="u"/> &lt; w[0] + .. + w[i], up to rounding;
    /// its weight is positive.</returns>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="u"/> is outside, as everything is where
    /// <see cref="Total"/> is 0.</exception>
    public int Find(double u)
    {
        if (!(u >= 0 && u < Total)) // also true of NaN
            throw new ArgumentOutOfRangeException(nameof(u), u, $"Expected a place of at least 0 and below the total of {Total}.");
        return Descend(u);
    }

    private int Descend(double u)
    {
        int node = 0;
        for (int level = _depth; level > 0; level--)
        {
            ReadOnlySpan<double> prefixes = _prefixes.AsSpan(node * Slots, Slots);
            int passed = CountNotAbove(prefixes, u);
            if (passed == Slots)
            {
                // Rounding took u up to this subtree's sum, as it can where the total is subnormal: its last place is
                // meant. The sum is positive, so a child of positive sum is found.
                u = Math.BitDecrement(prefixes[Slots - 1]);
                passed = CountNotAbove(prefixes, u);
            }
            u -= prefixes[passed - 1];
            node = node * Ways + passed;
        }
        return node - _firstLeaf;
    }

    private static int CountNotAbove(ReadOnlySpan<double> prefixes, double u)
    {
        Vector512<double> passed = Vector512.LessThanOrEqual(Vector512.Create(prefixes), Vector512.Create(u));
        return BitOperations.PopCount((uint)passed.ExtractMostSignificantBits());
    }

    private void Store(int index, double weight)
    {
        int child = _firstLeaf + index;
        _sums[child] = weight;
        while (child > 0)
        {
            child = (child - 1) / Ways;
            SumUp(child);
        }
    }

    private void Rebuild()
    {
        for (int node = _prefixes.Length / Slots - 1; node >= 0; node--) SumUp(node);
    }

    private void SumUp(int node)
    {
        ReadOnlySpan<double> children = _sums.AsSpan(node * Ways + 1, Ways);
        Span<double> prefixes = _prefixes.AsSpan(node * Slots, Slots);
        double sum = 0;
        for (int i = 0; i < Ways; i++)
        {
            sum += children[i];
            prefixes[i + 1] = sum;
        }
        _sums[node] = sum;
    }

    private void CheckIndex(int index)
    {
        if ((uint)index >= (uint)Count)
            throw new ArgumentOutOfRangeException(nameof(index), index, $"Expected an index of at least 0 and below {Count}.");
    }

    private static void CheckWeight(double weight, int index)
    {
        if (!(weight >= 0 && weight <= double.MaxValue)) // also true of NaN
            throw new ArgumentOutOfRangeException(nameof(weight), weight,
                $"Weight {index} must be finite and at least 0, but is {weight}.");
    }

    private static ArgumentOutOfRangeException TotalTooLarge(string name) =>
        new(name, $"The weights' total exceeds the largest double, {double.MaxValue}; divide them all by a common factor.");

    private static void ThrowNothingToDraw() => throw new InvalidOperationException("Nothing can be drawn: all weights are 0.");
}
