using System.Diagnostics.CodeAnalysis;

namespace Pescador.Fast;

/// <summary>Another streamer, whose tree takes memory from elsewhere.</summary>
internal sealed class ScopedStreamer<T>(
    Streamer<T> source, SlabAllocator? allocator, MemoryBudget? budget, TimeSpan? poolTimeout, WorkingSet? workingSet)
    : Streamer<T>(source.Root, null)
{
    private StreamScope? _foreseeing; // says where memory will come from; nothing is rented from it

    internal override string Label => "With";

    internal override IEnumerable<IStreamerNode> Inputs => [source];

    internal override Activation<T> Create() => new ScopedActivation(this);

    internal override void Foresee(StreamScope scope, bool isWanted)
    {
        if (!CanForesee)
        {
            return;
        }

        StreamScope? inner = _foreseeing;
        if (inner is null || !Fits(inner, scope))
        {
            _foreseeing = inner = Within(scope);
        }

        inner.Cancellation = scope.Cancellation;
        inner.Skipped = scope.Skipped;
        source.Foresee(inner, isWanted);
    }

    private sealed class ScopedActivation(ScopedStreamer<T> recipe) : Activation<T>(recipe)
    {
        private StreamScope? _inner;
        private Activation<T>? _source;

        private Streamer<T> Source => recipe.Inner;

        internal override bool TryNext([MaybeNullWhen(false)] out T item) => (_source ??= Source.Activate(Inner(), Seed, isMixed: true)).TryNext(out item);

        internal override int Fill(RowWriter rows, int count) =>
            (_source ??= Source.Activate(Inner(), Seed, isMixed: true)).Fill(rows, count);

        internal override void AddBatchCounters(ref PoolCounters sum) => _source?.AddBatchCounters(ref sum);

        internal override void AddPrefetchCounters(ref PrefetchCounters sum) => _source?.AddPrefetchCounters(ref sum);

        internal override void ReleaseMemory() => _inner?.Trim();

        protected override void Begin()
        {
        }

        protected override void End()
        {
            Activation<T>? source = _source;
            _source = null;
            source?.Close();
        }

        protected override void SaveState(StateWriter writer)
        {
            writer.Write(_source is not null);
            _source?.Save(writer);
        }

        protected override void LoadState(StateReader reader)
        {
            if (reader.ReadBoolean())
            {
                _source = Source.Load(Inner(), reader);
            }
        }

        private StreamScope Inner()
        {
            if (_inner is null || !recipe.Fits(_inner, Scope))
            {
                _inner = recipe.Within(Scope);
            }

            _inner.Cancellation = Scope.Cancellation;
            _inner.Skipped = Scope.Skipped;
            _inner.TakeOver();
            return _inner;
        }
    }

    private Streamer<T> Inner => source;

    private StreamScope Within(StreamScope outer) =>
        new(
            allocator ?? outer.Allocator,
            budget ?? outer.Budget,
            poolTimeout ?? outer.PoolTimeout,
            workingSet ?? outer.WorkingSet,
            outer.Skipped)
        {
            SlabsPerPool = outer.SlabsPerPool,
        };

    private bool Fits(StreamScope inner, StreamScope outer) => inner.Allocator == (allocator ?? outer.Allocator)
        && inner.Budget == (budget ?? outer.Budget) && inner.PoolTimeout == (poolTimeout ?? outer.PoolTimeout)
        && inner.WorkingSet == (workingSet ?? outer.WorkingSet) && inner.SlabsPerPool == outer.SlabsPerPool;
}
