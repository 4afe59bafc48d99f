using System.Diagnostics.CodeAnalysis;

namespace Pescador.Fast;

/// <summary>The same samples, each shown to an action as it passes.</summary>
internal sealed class TapStreamer<T>(Streamer<T> source, Action<T> action) : Streamer<T>(source.Root, null)
{
    internal override string Label => $"Tap({MapFunction.NameOf(action)})";

    internal override IEnumerable<IStreamerNode> Inputs => [source];

    internal override Activation<T> Create() => new TapActivation(this, source, action);

    // Builds nothing in place: the action must see a sample.
    private sealed class TapActivation(Streamer<T> recipe, Streamer<T> source, Action<T> action) : Activation<T>(recipe)
    {
        private MapSource<T> _source;

        internal override bool TryNext([MaybeNullWhen(false)] out T item)
        {
            Activation<T> active = _source.Active ??= OpenChild(source, 0);
            if (!active.TryNext(out item))
            {
                return false;
            }

            try
            {
                action(item);
            }
            catch
            {
                Owned<T>.Dispose(item);
                throw;
            }

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
    }
}
