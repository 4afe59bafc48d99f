namespace Pescador.Fast;

/// <summary>Samples as Keras takes them: inputs and outputs.</summary>
internal sealed class KerasTuplesStreamer(Streamer<Sample> source, KerasTuple.Form form) : Streamer<KerasTuple>(source.Root, null)
{
    internal override string Label => $"KerasTuples({form.Inputs}, {form.Outputs})";

    internal override IEnumerable<IStreamerNode> Inputs => [source];

    internal override Activation<KerasTuple> Create() => new KerasTuplesActivation(this, source, form);

    private sealed class KerasTuplesActivation(KerasTuplesStreamer recipe, Streamer<Sample> source, KerasTuple.Form form)
        : Activation<KerasTuple>(recipe)
    {
        private MapSource<Sample> _source;
        private SampleSpec? _checked; // the last one that has every key

        internal override bool TryNext(out KerasTuple item)
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

            item = new KerasTuple(sample, form);
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
                TensorKeys.Find(form.Inputs.Names, sample.Spec);
                TensorKeys.Find(form.Outputs.Names, sample.Spec);
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
