namespace Pescador.Fast.Tests.Contract;

/// <summary>One kind of streamer under the contract: how to build it anew, always the same.</summary>
/// <param name="Name">For the test's title.</param>
/// <param name="Build">A new tree, over tables and iterators of its own.</param>
/// <param name="IsEndless">Whether it never ends.</param>
public sealed record TreeCase(string Name, Func<Streamer<Sample>> Build, bool IsEndless)
{
    /// <summary>Whether threads run ahead of the consumer: more is out than it took, and starting a thread allocates.</summary>
    public bool IsPrefetched { get; init; }

    public override string ToString() => Name;
}
