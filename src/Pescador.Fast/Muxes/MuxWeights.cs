using System.Collections;
using System.Diagnostics.CodeAnalysis;
using System.Numerics;
using System.Runtime.CompilerServices;

namespace Pescador.Fast;

/// <summary>
/// The weights of a mux's streamers; they need not sum to 1. One object may serve several muxes and be changed while they run, from any
/// thread: a ShuffledMux takes the change from its next sample, a StochasticMux from its next activation (curriculum learning), when it
/// also closes what is open and has weight 0 now.
/// </summary>
[CollectionBuilder(typeof(MuxWeights), nameof(Create))]
public sealed class MuxWeights : IEnumerable<double>
{
    private static long _changes;

    private readonly Lock _gate = new();
    private readonly double[] _values;
    private int _version;

    /// <summary>The given weights.</summary>
    /// <param name="weights">Finite, none negative, at least one positive.</param>
    /// <exception cref="ArgumentException">They are not; the message says which.</exception>
    public MuxWeights(params ReadOnlySpan<double> weights)
    {
        Check(weights);
        _values = weights.ToArray();
    }

    /// <summary>How many there are.</summary>
    public int Count => _values.Length;

    /// <summary>The weight of one streamer; setting it takes effect in running muxes.</summary>
    /// <exception cref="ArgumentOutOfRangeException">There is no such streamer.</exception>
    /// <exception cref="ArgumentException">Negative or not finite, or the last positive weight would go.</exception>
    public double this[int index]
    {
        get
        {
            CheckIndex(index);
            lock (_gate)
            {
                return _values[index];
            }
        }

        set
        {
            CheckIndex(index);
            lock (_gate)
            {
                double before = _values[index];
                _values[index] = value;
                try
                {
                    Check(_values);
                }
                catch (ArgumentException)
                {
                    _values[index] = before;
                    throw;
                }

                RaiseVersion();
            }
        }
    }

    /// <summary>Weights of any numeric type.</summary>
    /// <inheritdoc cref="MuxWeights(ReadOnlySpan{double})"/>
    public static MuxWeights From<TNumber>(IEnumerable<TNumber> weights) where TNumber : INumber<TNumber>
    {
        ArgumentNullException.ThrowIfNull(weights);
        return new MuxWeights([.. weights.Select(double.CreateChecked)]);
    }

    /// <summary>For collection expressions.</summary>
    /// <inheritdoc cref="MuxWeights(ReadOnlySpan{double})"/>
    public static MuxWeights Create(ReadOnlySpan<double> weights) => new(weights);

    /// <summary>Weights that nobody else changes; null stays null, which a mux takes for equal ones.</summary>
    [return: NotNullIfNotNull(nameof(weights))]
    public static implicit operator MuxWeights?(double[]? weights) => weights is null ? null : new(weights);

    /// <inheritdoc cref="op_Implicit(double[])"/>
    [return: NotNullIfNotNull(nameof(weights))]
    public static implicit operator MuxWeights?(float[]? weights) => weights is null ? null : From(weights);

    /// <inheritdoc cref="op_Implicit(double[])"/>
    [return: NotNullIfNotNull(nameof(weights))]
    public static implicit operator MuxWeights?(int[]? weights) => weights is null ? null : From(weights);

    /// <summary>Changes all weights at once.</summary>
    /// <exception cref="ArgumentException">Another number of them, or they are not as the constructor wants them.</exception>
    public void Set(params ReadOnlySpan<double> weights)
    {
        if (weights.Length != _values.Length)
        {
            throw new ArgumentException($"Expected {_values.Length} weights, got {weights.Length}.", nameof(weights));
        }

        Check(weights);
        lock (_gate)
        {
            weights.CopyTo(_values);
            RaiseVersion();
        }
    }

    /// <summary>The weights as they are now.</summary>
    public double[] ToArray()
    {
        lock (_gate)
        {
            return [.. _values];
        }
    }

    /// <inheritdoc/>
    public IEnumerator<double> GetEnumerator() => ((IEnumerable<double>)ToArray()).GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    /// <summary>Rises before and after every change of any weights: what was made while it stayed was made without a change.</summary>
    internal static long Changes => Volatile.Read(ref _changes);

    /// <summary>Rises with every change.</summary>
    internal int Version => Volatile.Read(ref _version);

    /// <summary>Copies the weights.</summary>
    /// <returns>Their version.</returns>
    internal int CopyTo(Span<double> destination)
    {
        lock (_gate)
        {
            _values.CopyTo(destination);
            return _version;
        }
    }

    private void RaiseVersion()
    {
        Interlocked.Increment(ref _changes);
        Volatile.Write(ref _version, _version + 1);
        Interlocked.Increment(ref _changes);
    }

    private void CheckIndex(int index)
    {
        if ((uint)index >= (uint)_values.Length)
        {
            throw new ArgumentOutOfRangeException(nameof(index), index, $"There are {_values.Length} weights.");
        }
    }

    private static void Check(ReadOnlySpan<double> weights)
    {
        bool hasPositive = false;
        for (int i = 0; i < weights.Length; i++)
        {
            if (!double.IsFinite(weights[i]) || weights[i] < 0)
            {
                throw new ArgumentException($"Weight {i} is {weights[i]}; weights are finite and not negative.", nameof(weights));
            }

            hasPositive |= weights[i] > 0;
        }

        if (!hasPositive)
        {
            throw new ArgumentException($"None of the {weights.Length} weights is positive.", nameof(weights));
        }

        double total = 0;
        foreach (double weight in weights)
        {
            total += weight;
        }

        if (!double.IsFinite(total))
        {
            throw new ArgumentException("The weights' sum is not finite; make them smaller.", nameof(weights));
        }
    }
}
