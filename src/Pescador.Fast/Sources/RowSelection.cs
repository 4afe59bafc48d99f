using System.Globalization;

namespace Pescador.Fast;

/// <summary>Which rows of a source, in which order they are numbered: all of them, shards of shards, or a part of a permutation. Needs no list.</summary>
internal sealed class RowSelection
{
    internal static readonly RowSelection All = new([]);

    private readonly Step[] _steps;

    private RowSelection(Step[] steps) => _steps = steps;

    private readonly record struct Step(double From, double To, int Index, int Count, ulong? Seed);

    /// <summary>Whether rows that are numbered adjacently lie so.</summary>
    internal bool IsContiguous => !Array.Exists(_steps, static step => step.Seed is not null);

    internal string Label => string.Concat(_steps.Select(static step => step.Seed is { } seed
        ? string.Create(CultureInfo.InvariantCulture, $", {step.From:R} to {step.To:R} by {seed}")
        : string.Create(CultureInfo.InvariantCulture, $", shard {step.Index} of {step.Count}")));

    internal RowSelection Shard(int index, int count) => new([.. _steps, new Step(0, 0, index, count, null)]);

    internal RowSelection Part(double from, double to, ulong seed) => new([.. _steps, new Step(from, to, 0, 0, seed)]);

    /// <summary>Says which rows of a table of <paramref name="rows"/> these are.</summary>
    internal Rows Of(long rows)
    {
        long first = 0;
        long count = rows;
        Permutation? permutation = null;
        long offset = 0;
        foreach (Step step in _steps)
        {
            long before = first;
            if (step.Seed is { } seed)
            {
                permutation = new Permutation();
                permutation.Reset(count, seed);
                offset = first;
                before = 0;
            }

            long from = step.Seed is null ? PartOf(count, step.Index, step.Count) : (long)Math.Round(count * step.From);
            long to = step.Seed is null ? PartOf(count, step.Index + 1, step.Count) : (long)Math.Round(count * step.To);
            first = before + from;
            count = to - from;
        }

        return new Rows(first, count, permutation, offset);
    }

    private static long PartOf(long count, int index, int parts) => (long)((Int128)count * index / parts);

    /// <summary>The rows, numbered from 0.</summary>
    internal readonly struct Rows(long first, long count, Permutation? permutation, long offset)
    {
        internal long Count { get; } = count;

        /// <summary>The row of the table.</summary>
        internal long this[long number] => permutation is null ? first + number : offset + permutation[first + number];
    }
}
