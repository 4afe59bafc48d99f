using System.Collections;
using System.Diagnostics.CodeAnalysis;

namespace Pescador.Fast;

/// <summary>A streamer with a bound on the samples that iterating it gives. Each enumeration is one of the streamer's runs.</summary>
[SuppressMessage("Performance", "CA1815", Justification = "Iterated, not compared.")]
public readonly struct StreamIterations<T> : IEnumerable<T>
{
    private readonly Streamer<T> _streamer;
    private readonly long _limit;
    private readonly CancellationToken _cancellation;

    internal StreamIterations(Streamer<T> streamer, long limit, CancellationToken cancellation)
    {
        _streamer = streamer;
        _limit = limit;
        _cancellation = cancellation;
    }

    /// <summary>Opens a run.</summary>
    public ActiveStream<T> GetEnumerator() => _streamer.Open(_limit, _cancellation);

    IEnumerator<T> IEnumerable<T>.GetEnumerator() => GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
}
