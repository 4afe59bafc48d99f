using BenchmarkDotNet.Attributes;

namespace Pescador.Fast.Bench;

/// <summary>From how much work per sample on do threads pay, and what does handing a sample over cost?</summary>
[MemoryDiagnoser]
public class ParallelSelect_AgainstSelect
{
    private const int Samples = 4_096;

    private Streamer<int> _select = Streamer.From<int>([]);
    private Streamer<int> _inOrder = Streamer.From<int>([]);
    private Streamer<int> _unordered = Streamer.From<int>([]);
    private ActiveStream<int> _selected;
    private ActiveStream<int> _ordered;
    private ActiveStream<int> _asReady;

    /// <summary>Rounds of a generator that the function runs: about a nanosecond each.</summary>
    [Params(0, 2_000, 20_000)]
    public int Rounds { get; set; }

    [Params(2, 8)]
    public int Workers { get; set; }

    [GlobalSetup]
    public void SetUp()
    {
        Streamer<int> source = Streamer.From(Enumerable.Range(0, Samples).ToArray()).Cycle();
        _select = source.Select(Work);
        _inOrder = source.ParallelSelect(Work, Workers);
        _unordered = source.ParallelSelect(Work, Workers, inOrder: false);
        int[] expected = [.. _select.Iterate(Samples)];
        Proof.Same(nameof(InOrder), true, _inOrder.Iterate(Samples).SequenceEqual(expected));
        Streamer<int> once = Streamer.From(Enumerable.Range(0, Samples).ToArray()).ParallelSelect(Work, Workers, inOrder: false);
        Proof.Same(nameof(Unordered), true, once.Order().SequenceEqual(expected.Order()));
        _selected = _select.Open();
        _ordered = _inOrder.Open();
        _asReady = _unordered.Open();
    }

    [GlobalCleanup]
    public void CleanUp()
    {
        _selected.Dispose();
        _ordered.Dispose();
        _asReady.Dispose();
    }

    [Benchmark(Baseline = true, OperationsPerInvoke = Samples)]
    public int Select() => Sum(_selected);

    [Benchmark(OperationsPerInvoke = Samples, Description = "ParallelSelect")]
    public int InOrder() => Sum(_ordered);

    [Benchmark(OperationsPerInvoke = Samples, Description = "ParallelSelect, unordered")]
    public int Unordered() => Sum(_asReady);

    private static int Sum(ActiveStream<int> stream)
    {
        int sum = 0;
        for (int i = 0; i < Samples; i++)
        {
            stream.MoveNext();
            sum ^= stream.Current;
        }

        return sum;
    }

    private int Work(int number)
    {
        uint state = (uint)number + 1;
        for (int i = 0; i < Rounds; i++)
        {
            state = (state * 747_796_405) + 2_891_336_453;
        }

        return (int)(state ^ (uint)number);
    }
}
