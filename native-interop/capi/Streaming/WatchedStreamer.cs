namespace Pescador.Fast;

/// <summary>The same batches, their pools watched.</summary>
internal sealed class WatchedStreamer(Streamer<Sample> source, PoolWatch watch) : Streamer<Sample>(source.Root, null)
{
    internal override string Label => "Watched";

    internal override IEnumerable<IStreamerNode> Inputs => [source];

    internal override Activation<Sample> Create() => new WatchedActivation(this, source, watch);

    private sealed class WatchedActivation(Streamer<Sample> recipe, Streamer<Sample> source, PoolWatch watch) : Activation<Sample>(recipe)
    {
        private MapSource<Sample> _source;

        internal override bool TryNext(out Sample item) => (_source.Active ?? OpenSource()).TryNext(out item);

        internal override void AddBatchCounters(ref PoolCounters sum) => _source.AddBatchCounters(ref sum);

        internal override void AddPrefetchCounters(ref PrefetchCounters sum) => _source.AddPrefetchCounters(ref sum);

        protected override void Begin()
        {
        }

        protected override void End() => _source.Close();

        protected override void SaveState(StateWriter writer) => _source.Save(writer);

        protected override void LoadState(StateReader reader)
        {
            if (reader.ReadBoolean())
            {
                watch.Add(_source.Active = LoadChild(source, reader));
            }
        }

        private Activation<Sample> OpenSource()
        {
            Activation<Sample> active = _source.Active = OpenChild(source, 0);
            watch.Add(active);
            return active;
        }
    }
}
