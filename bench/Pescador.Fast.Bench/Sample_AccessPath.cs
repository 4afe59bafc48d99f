using BenchmarkDotNet.Attributes;

namespace Pescador.Fast.Bench;

/// <summary>What does it cost to read one element of a sample, by each path to it?</summary>
[MemoryDiagnoser]
public class Sample_AccessPath
{
    private const int Reads = 1024;
    private const int Elements = 1024;

    private readonly float[] _array = [.. Enumerable.Range(0, Elements).Select(static i => i / 16f)];
    private readonly float[] _labels = [1];
    private SlabPool? _pool;
    private Sample _sample;
    private Memory<float> _memory;

    /// <summary>Whether the sample lies in a slab of native memory; otherwise it is a view of an array.</summary>
    [Params(true, false)]
    public bool IsNative { get; set; }

    [GlobalSetup]
    public void SetUp()
    {
        _pool = new SlabPool(new SampleSpec(TensorSpec.Of<float>("X", Elements), TensorSpec.Of<float>("Y", 1)), 1);
        _sample = IsNative ? _pool.Rent() : Sample.Of(("X", _array), ("Y", _labels));
        _array.CopyTo(_sample["X"].Span<float>());
        _memory = _sample["X"].Memory;
        float expected = Array();
        Proof.Same(nameof(SpanByName), expected, SpanByName());
        Proof.Same(nameof(SpanByIndex), expected, SpanByIndex());
        Proof.Same(nameof(MemoryByName), expected, MemoryByName());
        Proof.Same(nameof(HeldMemory), expected, HeldMemory());
        Proof.Same(nameof(HoistedSpan), expected, HoistedSpan());
    }

    [GlobalCleanup]
    public void CleanUp()
    {
        _sample.Dispose();
        _pool?.Dispose();
    }

    [Benchmark(Baseline = true, OperationsPerInvoke = Reads)]
    public float Array()
    {
        float[] array = _array;
        float sum = 0;
        for (int i = 0; i < Reads; i++)
        {
            sum += array[i];
        }

        return sum;
    }

    /// <summary>Once for all elements: how a hot loop should read.</summary>
    [Benchmark(OperationsPerInvoke = Reads)]
    public float HoistedSpan()
    {
        Span<float> span = _sample["X"].Span<float>();
        float sum = 0;
        for (int i = 0; i < Reads; i++)
        {
            sum += span[i];
        }

        return sum;
    }

    [Benchmark(OperationsPerInvoke = Reads, Description = "sample[\"X\"].Span<float>()[i]")]
    public float SpanByName()
    {
        float sum = 0;
        for (int i = 0; i < Reads; i++)
        {
            sum += _sample["X"].Span<float>()[i];
        }

        return sum;
    }

    [Benchmark(OperationsPerInvoke = Reads, Description = "sample[0].Span<float>()[i]")]
    public float SpanByIndex()
    {
        float sum = 0;
        for (int i = 0; i < Reads; i++)
        {
            sum += _sample[0].Span<float>()[i];
        }

        return sum;
    }

    [Benchmark(OperationsPerInvoke = Reads, Description = "sample[\"X\"].Memory.Span[i]")]
    public float MemoryByName()
    {
        float sum = 0;
        for (int i = 0; i < Reads; i++)
        {
            sum += _sample["X"].Memory.Span[i];
        }

        return sum;
    }

    [Benchmark(OperationsPerInvoke = Reads, Description = "memory.Span[i]")]
    public float HeldMemory()
    {
        float sum = 0;
        for (int i = 0; i < Reads; i++)
        {
            sum += _memory.Span[i];
        }

        return sum;
    }
}
