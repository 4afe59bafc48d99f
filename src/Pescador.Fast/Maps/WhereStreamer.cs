using System.Diagnostics.CodeAnalysis;

namespace Pescador.Fast;

/// <summary>The samples that a predicate accepts; the others are disposed.</summary>
internal sealed class WhereStreamer<T>(Streamer<T> source, Func<T, bool> predicate) : Streamer<T>(source.Root, null)
{
    internal override string Label => $"Where({MapFunction.NameOf(predicate)})";

    internal override IEnumerable<IStreamerNode> Inputs => [source];

    internal override Activation<T> Create() => new WhereActivation(this, source, predicate);

    private sealed class WhereActivation(Streamer<T> recipe, Streamer<T> source, Func<T, bool> predicate) : Activation<T>(recipe)
    {
        private MapSource<T> _source;

        internal override bool TryNext([MaybeNullWhen(false)] out T item)
        {
            Activation<T> active = _source.Active ??= OpenChild(source, 0);
            while (active.TryNext(out item))
            {
                bool isAccepted;
                try
                {
                    isAccepted = predicate(item);
                }
                catch
                {
                    Owned<T>.Dispose(item);
                    throw;
                }

                if (isAccepted)
                {
                    return true;
                }

                Owned<T>.Dispose(item);
            }

            return false;
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
