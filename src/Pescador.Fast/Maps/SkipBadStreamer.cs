using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace Pescador.Fast;

/// <summary>The samples of another streamer but for those that are not as declared, up to a number of them.</summary>
internal sealed class SkipBadStreamer<T>(Streamer<T> source, int maxSkipped) : Streamer<T>(source.Root, null)
{
    internal override string Label => string.Create(CultureInfo.InvariantCulture, $"SkipBad({maxSkipped})");

    internal override IEnumerable<IStreamerNode> Inputs => [source];

    internal override Activation<T> Create() => new SkipBadActivation(this, source);

    // The count is the run's, not an activation's: in a mux activations close and come back.
    private void Skip(DataException error, StreamScope scope)
    {
        if (!scope.Skipped.TryAdd(this, maxSkipped, new BadSample(error.SourceName ?? source.Label, error.Row, error.Reason)))
        {
            throw new DataException(
                string.Create(CultureInfo.InvariantCulture, $"One bad sample more than the {maxSkipped} that {Label} may skip: {error.Message}"), error);
        }
    }

    private sealed class SkipBadActivation(SkipBadStreamer<T> recipe, Streamer<T> source) : Activation<T>(recipe)
    {
        private MapSource<T> _source;

        internal override bool TryNext([MaybeNullWhen(false)] out T item)
        {
            while (true)
            {
                try
                {
                    return (_source.Active ??= OpenChild(source, 0)).TryNext(out item);
                }
                catch (DataException error)
                {
                    recipe.Skip(error, Scope);
                }
            }
        }

        // What was filled before the error stays; the row that failed was not advanced.
        internal override int Fill(RowWriter rows, int count)
        {
            nint end = rows.Row + count;
            while (true)
            {
                try
                {
                    (_source.Active ??= OpenChild(source, 0)).Fill(rows, (int)(end - rows.Row));
                    return count - (int)(end - rows.Row);
                }
                catch (DataException error)
                {
                    recipe.Skip(error, Scope);
                }
            }
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
