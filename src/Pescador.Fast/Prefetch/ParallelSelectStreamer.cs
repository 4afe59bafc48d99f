using System.Globalization;

namespace Pescador.Fast;

/// <summary>What a function makes of each sample, on several threads.</summary>
internal sealed class ParallelSelectStreamer<T, TResult>(Streamer<T> source, Func<T, TResult> function, int workers, bool inOrder, int depth)
    : Streamer<TResult>(source.Root, null)
{
    internal const int MostWorkers = 1 << 12; // each is a thread

    // With one worker both orders are the same; but what a tree is must not depend on a figure. The depth changes nothing that is given.
    internal override string Label => string.Create(
        CultureInfo.InvariantCulture,
        $"ParallelSelect({Workers} {(Workers == 1 ? "worker" : "workers")}{(IsInOrder ? "" : ", unordered")}, {MapFunction.NameOf(function)})");

    internal override IEnumerable<IStreamerNode> Inputs => [source];

    internal Streamer<T> Source => source;

    internal Func<T, TResult> Function => function;

    internal int Workers => workers;

    internal bool IsInOrder => inOrder;

    internal int Depth => depth;

    /// <summary>After how many items each checkpoint is taken; as they cost when null.</summary>
    internal int? CheckpointInterval { get; init; }

    internal override Activation<TResult> Create() => new ParallelSelectActivation<T, TResult>(this);
}
