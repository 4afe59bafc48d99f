using System.Diagnostics.CodeAnalysis;

namespace Pescador.Fast;

/// <summary>What a function makes of each sample.</summary>
internal sealed class SelectStreamer<T, TResult>(Streamer<T> source, Func<T, TResult> function) : Streamer<TResult>(source.Root, null)
{
    internal override string Label => $"Select({MapFunction.NameOf(function)})";

    internal override IEnumerable<IStreamerNode> Inputs => [source];

    internal override Activation<TResult> Create() => new SelectActivation(this, source, function);

    private sealed class SelectActivation(Streamer<TResult> recipe, Streamer<T> source, Func<T, TResult> function)
        : Activation<TResult>(recipe)
    {
        private MapSource<T> _source;

        internal override bool TryNext([MaybeNullWhen(false)] out TResult item)
        {
            Activation<T> active = _source.Active ??= OpenChild(source, 0);
            if (!active.TryNext(out T? argument))
            {
                item = default;
                return false;
            }

            try
            {
                item = function(argument);
            }
            catch
            {
                Owned<T>.Dispose(argument);
                throw;
            }

            if (item is not T same || !Owned<T>.AreSame(same, argument))
            {
                Owned<T>.Dispose(argument);
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
