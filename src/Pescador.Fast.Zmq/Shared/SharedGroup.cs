namespace Pescador.Fast;

/// <summary>The slabs of one pool: how many there are, and how many the consumer has. When it has all, the next rent waits.</summary>
/// <param name="layout">By which they are known to belong together.</param>
internal sealed class SharedGroup(SlabLayout layout)
{
    private int _slabs;
    private int _out;

    internal SlabLayout Layout => layout;

    internal bool IsAllOut => Volatile.Read(ref _out) >= Volatile.Read(ref _slabs);

    internal void CountSlab(int change) => Interlocked.Add(ref _slabs, change);

    internal void CountOut(int change) => Interlocked.Add(ref _out, change);
}
