using System.Collections.Concurrent;
using BenchmarkDotNet.Attributes;

namespace Pescador.Fast.Bench;

/// <summary>What does it cost to rent something and to give it back, on one thread?</summary>
[MemoryDiagnoser]
public class Slab_RentAndReturn
{
    private const int Slabs = 4;
    private const int Pairs = 1024;

    private readonly SampleSpec _spec = new(TensorSpec.Of<float>("X", 64));
    private readonly ConcurrentQueue<object> _queue = new();
    private readonly ConcurrentStack<object> _concurrentStack = new();
    private readonly Stack<object> _lockedStack = new();
    private readonly Lock _gate = new();
    private SlabPool _slabs = new(new SampleSpec(), 1);
    private SamplePool _loose = new(null, SlabAllocator.Native, null);
    private SamplePool _views = new(null, SlabAllocator.Native, null);

    [GlobalSetup]
    public void SetUp()
    {
        _slabs = new SlabPool(_spec, Slabs);
        _loose = new SamplePool(_spec, SlabAllocator.Native, null);
        _views = new SamplePool(null, SlabAllocator.Native, null);
        for (int i = 0; i < Slabs; i++)
        {
            _queue.Enqueue(new object());
            _concurrentStack.Push(new object());
            _lockedStack.Push(new object());
        }

        Prove(nameof(SlabPoolRentDispose), () => _slabs.Rent(), static sample => sample.Dispose());
        Prove(nameof(LooseSample), () => new Sample(_loose.Rent()), static sample => sample.Dispose());
        Prove(nameof(View), () => new Sample(_views.Rent()), static sample => sample.Dispose());
        Prove(nameof(Queue), TakeFromQueue, _queue.Enqueue);
        Prove(nameof(ConcurrentStack), TakeFromConcurrentStack, _concurrentStack.Push);
        Prove(nameof(LockedStack), TakeFromLockedStack, GiveToLockedStack);
    }

    [GlobalCleanup]
    public void CleanUp()
    {
        _slabs.Dispose();
        _loose.Trim();
    }

    /// <summary>Batches: a monitor, for renters must be able to wait.</summary>
    [Benchmark(Baseline = true, OperationsPerInvoke = Pairs, Description = "SlabPool.Rent, Dispose")]
    public void SlabPoolRentDispose()
    {
        for (int i = 0; i < Pairs; i++)
        {
            _slabs.Rent().Dispose();
        }
    }

    /// <summary>What context.Rent lends, by its owner's thread.</summary>
    [Benchmark(OperationsPerInvoke = Pairs, Description = "loose sample")]
    public void LooseSample()
    {
        for (int i = 0; i < Pairs; i++)
        {
            new Sample(_loose.Rent()).Dispose();
        }
    }

    /// <summary>What context.View lends.</summary>
    [Benchmark(OperationsPerInvoke = Pairs, Description = "view")]
    public void View()
    {
        for (int i = 0; i < Pairs; i++)
        {
            new Sample(_views.Rent()).Dispose();
        }
    }

    [Benchmark(OperationsPerInvoke = Pairs, Description = "ConcurrentQueue")]
    public void Queue()
    {
        for (int i = 0; i < Pairs; i++)
        {
            _queue.Enqueue(TakeFromQueue());
        }
    }

    [Benchmark(OperationsPerInvoke = Pairs, Description = "ConcurrentStack")]
    public void ConcurrentStack()
    {
        for (int i = 0; i < Pairs; i++)
        {
            _concurrentStack.Push(TakeFromConcurrentStack());
        }
    }

    [Benchmark(OperationsPerInvoke = Pairs, Description = "lock and Stack")]
    public void LockedStack()
    {
        for (int i = 0; i < Pairs; i++)
        {
            GiveToLockedStack(TakeFromLockedStack());
        }
    }

    private object TakeFromQueue() => _queue.TryDequeue(out object? item) ? item : throw new InvalidOperationException("empty");

    private object TakeFromConcurrentStack() =>
        _concurrentStack.TryPop(out object? item) ? item : throw new InvalidOperationException("empty");

    private object TakeFromLockedStack()
    {
        lock (_gate)
        {
            return _lockedStack.Pop();
        }
    }

    private void GiveToLockedStack(object item)
    {
        lock (_gate)
        {
            _lockedStack.Push(item);
        }
    }

    // All of them lend as many different things as there are, again and again.
    private static void Prove<T>(string contestant, Func<T> rent, Action<T> giveBack)
    {
        for (int round = 0; round < 2; round++)
        {
            T[] rented = [.. Enumerable.Range(0, Slabs).Select(_ => rent())];
            Proof.Same(contestant, Slabs, rented.Distinct().Count());
            Array.ForEach(rented, giveBack);
        }
    }
}
