namespace Pescador.Fast;

/// <summary>Samples as tuples: some of their tensors, in the order of the keys.</summary>
internal sealed class TuplesStreamer(Streamer<Sample> source, string[] keys) : Streamer<TensorTuple>(source.Root, null)
{
    internal override string Label => $"Tuples({TensorKeys.Quote(keys)})";

    internal override IEnumerable<IStreamerNode> Inputs => [source];

    internal override Activation<TensorTuple> Create() => new TuplesActivation(this, source, keys);

    private sealed class TuplesActivation(TuplesStreamer recipe, Streamer<Sample> source, string[] keys) : Activation<TensorTuple>(recipe)
    {
        private MapSource<Sample> _source;
        private SampleSpec? _checked; // the last one that has every key

        internal override bool TryNext(out TensorTuple item)
        {
            Activation<Sample> active = _source.Active ??= OpenChild(source, 0);
            if (!active.TryNext(out Sample sample))
            {
                item = default;
                return false;
            }

            if (!ReferenceEquals(sample.Spec, _checked))
            {
                Check(sample);
            }

            item = new TensorTuple(sample, keys);
            return true;
        }

        internal override void AddBatchCounters(ref PoolCounters sum) => _source.AddBatchCounters(ref sum);

        protected override void Begin()
        {
        }

        protected override void End() => _source.Close();

        protected override void SaveState(StateWriter writer) => _source.Save(writer);

        protected override void LoadState(StateReader reader) => _source.Active = reader.ReadBoolean() ? LoadChild(source, reader) : null;

        private void Check(Sample sample)
        {
            try
            {
                TensorKeys.Find(keys, sample.Spec);
                _checked = sample.Spec;
            }
            catch
            {
                sample.Dispose();
                throw;
            }
        }
    }
}
