using System.Diagnostics.CodeAnalysis;

namespace Pescador.Fast;

/// <summary>The same samples, counted. Rows are filled by the source itself, so that batches are built in place as without it.</summary>
internal sealed class TallyStreamer<T>(Streamer<T> source, StreamTally tally) : Streamer<T>(source.Root, null)
{
    internal override string Label => "Tally()";

    internal override IEnumerable<IStreamerNode> Inputs => [source];

    internal override Activation<T> Create() => new TallyActivation(this, source, tally);

    private sealed class TallyActivation(Streamer<T> recipe, Streamer<T> source, StreamTally tally) : Activation<T>(recipe)
    {
        private MapSource<T> _source;
        private nint _uncounted;

        internal override bool TryNext([MaybeNullWhen(false)] out T item)
        {
            bool isGiven = (_source.Active ?? OpenSource()).TryNext(out item);
            Add(isGiven ? 1 : 0);
            return isGiven;
        }

        internal override int Fill(RowWriter rows, int count)
        {
            Activation<T> active = _source.Active ?? OpenSource();
            nint before = rows.Row;
            try
            {
                return active.Fill(rows, count);
            }
            finally
            {
                Add(rows.Row - before); // those before an error, too: they stay in the batch where bad samples are skipped
            }
        }

        internal override void AddBatchCounters(ref PoolCounters sum) => _source.AddBatchCounters(ref sum);

        internal override void AddPrefetchCounters(ref PrefetchCounters sum) => _source.AddPrefetchCounters(ref sum);

        protected override void Begin() => _uncounted = 0;

        protected override void End()
        {
            Flush();
            _source.Close();
        }

        protected override void SaveState(StateWriter writer) => _source.Save(writer);

        protected override void LoadState(StateReader reader)
        {
            if (reader.ReadBoolean())
            {
                _source.Active = LoadChild(source, reader);
                tally.AddActivation();
            }
        }

        private Activation<T> OpenSource()
        {
            Activation<T> active = _source.Active = OpenChild(source, 0);
            tally.AddActivation();
            return active;
        }

        private void Add(nint count)
        {
            _uncounted += count;
            if (_uncounted >= StreamTally.SamplesBetween)
            {
                Flush();
            }
        }

        private void Flush()
        {
            if (_uncounted > 0)
            {
                tally.AddSamples(_uncounted);
                _uncounted = 0;
            }
        }
    }
}
