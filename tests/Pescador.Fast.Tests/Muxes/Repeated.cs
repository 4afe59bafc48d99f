using System.Collections;

namespace Pescador.Fast.Tests;

/// <summary>One number again and again: a stream that says which it is, read by index, so that it allocates nothing.</summary>
internal sealed class Repeated(int value, int count = int.MaxValue) : IReadOnlyList<int>
{
    public int Count => count;

    public int this[int index] => value;

    public IEnumerator<int> GetEnumerator() => Enumerable.Repeat(value, count).GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    internal static Repeated[] Endless(int count) => [.. Enumerable.Range(0, count).Select(i => new Repeated(i))];

    /// <summary>Streams 0 to n − 1 of the given lengths.</summary>
    internal static Repeated[] Of(params int[] lengths) => [.. lengths.Select((length, i) => new Repeated(i, length))];
}
