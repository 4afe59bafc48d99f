namespace Pescador.Fast;

/// <summary>Batches of a fixed number of samples.</summary>
internal sealed class BufferStreamer(Streamer<Sample> source, int size, bool partial, int? axis, SlabPool? pool) : Streamer<Sample>(source.Root, null)
{
    internal override string Label { get; } =
        $"Buffer({size}{(partial ? ", partial" : "")}{(axis is null ? "" : $", axis {axis}")})";

    internal override IEnumerable<IStreamerNode> Inputs => [source];

    internal override Activation<Sample> Create() => new BufferActivation(this);

    private Streamer<Sample> Source => source;

    private int Size => size;

    private bool GivesPartial => partial;

    private SlabPool? GivenPool => pool;

    /// <summary>The form of a batch of some samples of a form.</summary>
    private SampleSpec BatchOf(SampleSpec sample, int count)
    {
        if (axis is not { } joined)
        {
            return sample.Stack(count);
        }

        var tensors = new TensorSpec[sample.Count];
        for (int i = 0; i < tensors.Length; i++)
        {
            if (joined >= sample[i].Shape.Length)
            {
                throw new DataException($"Tensor '{sample[i].Name}' is {sample[i].Form}: it has no axis {joined} to join along.");
            }

            tensors[i] = sample[i].WithAxis(joined, checked(sample[i].Shape[joined] * count));
        }

        return new SampleSpec(tensors);
    }

    private sealed class BufferActivation : Activation<Sample>
    {
        private readonly BufferStreamer _recipe;
        private readonly AxisStacker? _stacker;
        private readonly BatchPool _pool;
        private readonly Dictionary<int, SampleSpec> _partialSpecs = [];
        private MapSource<Sample> _source;
        private RowWriter? _rows; // of the last sample form; in force once _isPrepared
        private SampleSpec? _batchSpec;
        private bool _isPrepared;
        private bool _hasEnded;
        private long _given;

        internal BufferActivation(BufferStreamer recipe)
            : base(recipe)
        {
            _recipe = recipe;
            _pool = new BatchPool(recipe.GivenPool);
            _stacker = recipe.JoinedAxis > 0 ? new AxisStacker(recipe.JoinedAxis, recipe.Size) : null;
        }

        internal override bool TryNext(out Sample item)
        {
            item = default;
            if (_hasEnded)
            {
                return false;
            }

            Activation<Sample> source = _source.Active ??= OpenChild(_recipe.Source, 0);
            return _isPrepared ? TryFill(source, default, out item) : TryFirst(source, out item);
        }

        internal override void AddBatchCounters(ref PoolCounters sum)
        {
            _pool.AddCounters(ref sum);
            _source.AddBatchCounters(ref sum);
        }

        internal override void AddPrefetchCounters(ref PrefetchCounters sum) => _source.AddPrefetchCounters(ref sum);

        internal override void ReleaseMemory() => _pool.Release();

        protected override void Begin()
        {
            _isPrepared = false;
            _hasEnded = false;
            _given = 0;
        }

        protected override void End() => _source.Close();

        protected override void SaveState(StateWriter writer)
        {
            writer.Write(_given);
            writer.Write(_hasEnded);
            writer.Write(_isPrepared);
            if (_isPrepared)
            {
                writer.Write(_rows!.RowSpec); // made by Prepare
            }

            _source.Save(writer);
        }

        protected override void LoadState(StateReader reader)
        {
            _given = reader.ReadInt64();
            _hasEnded = reader.ReadBoolean();
            if (reader.ReadBoolean())
            {
                Prepare(reader.ReadSpec());
            }

            _source.Active = reader.ReadBoolean() ? LoadChild(_recipe.Source, reader) : null;
        }

        // The first sample is pulled loose: it says what a batch is.
        private bool TryFirst(Activation<Sample> source, out Sample item)
        {
            if (!source.TryNext(out Sample first))
            {
                _hasEnded = true;
                item = default;
                return false;
            }

            using (first)
            {
                Prepare(first.Spec);
                return TryFill(source, first, out item);
            }
        }

        private bool TryFill(Activation<Sample> source, Sample first, out Sample item)
        {
            RowWriter rows = _rows!; // made by Prepare
            SampleCore core = _pool.For(_batchSpec!, Scope).RentCore(Scope.Cancellation); // made by Prepare
            int filled;
            try
            {
                rows.SamplesBefore = _given;
                rows.Begin(core);
                filled = _stacker is null ? FillRows(rows, first, source) : _stacker.Fill(rows, first, source);
            }
            catch
            {
                new Sample(core).Dispose();
                throw;
            }

            _given += filled;
            item = new Sample(core);
            if (filled == _recipe.Size)
            {
                return true;
            }

            _hasEnded = true;
            if (filled > 0 && _recipe.GivesPartial)
            {
                _stacker?.Close(rows, filled);
                core.Spec = PartialSpec(rows.RowSpec, filled);
                return true;
            }

            item.Dispose();
            item = default;
            return false;
        }

        private int FillRows(RowWriter rows, Sample first, Activation<Sample> source)
        {
            int filled = 0;
            if (!first.IsDefault)
            {
                rows.Append(first);
                first.Dispose(); // at once: a view keeps its file's memory, though the file may be closed before the batch is full
                filled = 1;
            }

            return filled + source.Fill(rows, _recipe.Size - filled);
        }

        private void Prepare(SampleSpec sample)
        {
            if (_rows is null || !_rows.RowSpec.Equals(sample))
            {
                _batchSpec = _recipe.BatchOf(sample, _recipe.Size);
                _rows = new RowWriter(sample);
                _partialSpecs.Clear();
            }

            if (_recipe.GivenPool is { } given && !given.Spec.Equals(_batchSpec))
            {
                throw new PescadorException($"{_recipe.Label} needs slabs for {_batchSpec}; the pool it was given has slabs for {given.Spec}.");
            }

            _isPrepared = true;
        }

        // Kept: a short stream that is cycled ends in the same short batch again and again.
        private SampleSpec PartialSpec(SampleSpec sample, int count)
        {
            if (!_partialSpecs.TryGetValue(count, out SampleSpec? spec))
            {
                _partialSpecs.Add(count, spec = _recipe.BatchOf(sample, count));
            }

            return spec;
        }
    }

    private int JoinedAxis => axis ?? 0;
}
