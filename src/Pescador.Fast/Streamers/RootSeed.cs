using System.Security.Cryptography;

namespace Pescador.Fast;

/// <summary>
/// Where a root gets the seed of its next run: a seed, given or drawn, and a counter of starts, the only thing that iterating
/// changes. A map without a seed of its own shares its source's, so that a map made anew for each epoch does not replay the first.
/// </summary>
internal sealed class RootSeed
{
    private readonly RootSeed? _seedOf;
    private readonly long? _given;
    private long _firstRun;
    private ulong _drawn;
    private int _isDrawn;

    internal RootSeed(long? seed) => _given = seed;

    /// <summary>The same seed, counting from another run.</summary>
    internal RootSeed(RootSeed seedOf, long firstRun)
    {
        _seedOf = seedOf;
        _firstRun = firstRun;
    }

    internal ulong Value => _seedOf?.Value ?? (_given is { } given ? (ulong)given : Drawn());

    /// <summary>The seed of the next run. Thread-safe.</summary>
    internal ulong NextRun() => RandomGenerator.Derive(Value, child: 0, (ulong)(Interlocked.Increment(ref _firstRun) - 1));

    private ulong Drawn()
    {
        if (Volatile.Read(ref _isDrawn) == 0)
        {
            // Non-negative, so that it reads well and passes through a long unchanged.
            Span<byte> bytes = stackalloc byte[sizeof(ulong)];
            RandomNumberGenerator.Fill(bytes);
            Interlocked.CompareExchange(ref _drawn, BitConverter.ToUInt64(bytes) >> 1, 0);
            Volatile.Write(ref _isDrawn, 1);
        }

        return Volatile.Read(ref _drawn);
    }
}
