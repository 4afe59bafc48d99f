namespace Pescador.Fast;

/// <summary>Samples as tuples of some of their tensors; each tuple owns its sample.</summary>
/// <param name="source">The samples.</param>
/// <param name="label">Names the map and its keys.</param>
/// <param name="keys">That every sample must have.</param>
/// <param name="tuple">Makes the tuple; it allocates nothing and does not fail.</param>
internal sealed class TuplesStreamer<TTuple>(Streamer<Sample> source, string label, string[] keys, Func<Sample, TTuple> tuple)
    : Streamer<TTuple>(source.Root, null)
    where TTuple : struct
{
    internal override string Label => label;

    internal override IEnumerable<IStreamerNode> Inputs => [source];

    internal override Activation<TTuple> Create() => new TuplesActivation(this, source, keys, tuple);

    private sealed class TuplesActivation(Streamer<TTuple> recipe, Streamer<Sample> source, string[] keys, Func<Sample, TTuple> tuple)
        : Activation<TTuple>(recipe)
    {
        private MapSource<Sample> _source;
        private SampleSpec? _checked; // the last one that has every key

        internal override bool TryNext(out TTuple item)
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

            item = tuple(sample);
            return true;
        }

        internal override void AddBatchCounters(ref PoolCounters sum) => _source.AddBatchCounters(ref sum);

        internal override void AddPrefetchCounters(ref PrefetchCounters sum) => _source.AddPrefetchCounters(ref sum);

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
