namespace Pescador.Fast;

/// <summary>Which part of the data a worker is to stream; for <see cref="Source.Shard"/>, or to take every n-th file.</summary>
/// <param name="Index">Of this worker, from 0.</param>
/// <param name="Count">How many workers there are.</param>
public readonly record struct WorkerShard(int Index, int Count)
{
    /// <summary>This worker's part of a list: each <see cref="Count"/>-th thing from <see cref="Index"/> on.</summary>
    public IEnumerable<T> Of<T>(IEnumerable<T> things)
    {
        ArgumentNullException.ThrowIfNull(things);
        (int index, int count) = this;
        return things.Where((_, i) => i % count == index);
    }
}
