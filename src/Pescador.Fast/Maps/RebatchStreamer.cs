using System.Globalization;

namespace Pescador.Fast;

/// <summary>Mini-batches of any lengths, re-cut into batches of one length.</summary>
internal sealed class RebatchStreamer : Streamer<Sample>
{
    private readonly Streamer<Sample> _source;
    private readonly nint _rows;
    private readonly bool _isPartial;
    private readonly SlabPool? _pool;
    private readonly SampleSpec? _form; // the given pool's

    internal RebatchStreamer(Streamer<Sample> source, nint rows, bool isPartial, SlabPool? pool)
        : base(source.Root, null)
    {
        _source = source;
        _rows = rows;
        _isPartial = isPartial;
        _pool = pool;
        _form = pool is null ? null : RowsOf(pool, rows);
    }

    internal override string Label => string.Create(CultureInfo.InvariantCulture, $"Rebatch({_rows}{(_isPartial ? ", partial" : "")})");

    internal override IEnumerable<IStreamerNode> Inputs => [_source];

    internal override Activation<Sample> Create() => new RebatchActivation(this);

    private static SampleSpec RowsOf(SlabPool pool, nint rows)
    {
        SampleSpec slab = pool.Spec;
        var tensors = new TensorSpec[slab.Count];
        for (int i = 0; i < tensors.Length; i++)
        {
            TensorSpec tensor = slab[i];
            tensors[i] = !tensor.Shape.IsEmpty && tensor.Shape[0] == rows
                ? new TensorSpec(tensor.Name, tensor.ElementType, tensor.Shape[1..])
                : throw new ArgumentException($"The pool's slabs must hold {rows} rows of each tensor; they hold {slab}.", nameof(pool));
        }

        return tensors.Length > 0
            ? new SampleSpec(tensors)
            : throw new ArgumentException("The pool's slabs hold no tensors.", nameof(pool));
    }

    private sealed class RebatchActivation(RebatchStreamer recipe) : Activation<Sample>(recipe)
    {
        private readonly nint _rows = recipe._rows;
        private readonly MiniBatchReader _reader = new(recipe._form);
        private readonly BatchPool _pool = new(recipe._pool);
        private MapSource<Sample> _source;
        private bool _isSourceEnded;
        private RowWriter? _writer;
        private SampleSpec? _batchSpec;
        private SampleSpec? _shortSpec;

        internal override bool TryNext(out Sample item)
        {
            if (!TryRead())
            {
                item = default;
                return false;
            }

            RowWriter writer = Writer();
            SampleCore batch = _pool.For(_batchSpec!, Scope).RentCore(Scope.Cancellation); // made with the writer
            try
            {
                writer.Begin(batch);
                do
                {
                    _reader.CopyTo(writer, nint.Min(_rows - writer.Row, _reader.Left));
                }
                while (writer.Row < _rows && TryRead());
            }
            catch
            {
                new Sample(batch).Dispose();
                throw;
            }

            item = new Sample(batch);
            return writer.Row == _rows || TryShorten(ref item, writer.Row);
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
            _isSourceEnded = false;
            _reader.Begin();
        }

        protected override void End()
        {
            _reader.Close();
            _source.Close();
        }

        protected override void SaveState(StateWriter writer)
        {
            writer.Write(_isSourceEnded);
            _reader.Save(writer, Scope.Views);
            _source.Save(writer);
        }

        protected override void LoadState(StateReader reader)
        {
            _isSourceEnded = reader.ReadBoolean();
            _reader.Load(reader, Scope);
            _source.Active = reader.ReadBoolean() ? LoadChild(recipe._source, reader) : null;
        }

        // Whether there is a row to read; pulls mini-batches until there is.
        private bool TryRead()
        {
            while (_reader.Left == 0)
            {
                if (_isSourceEnded)
                {
                    return false;
                }

                Activation<Sample> active = _source.Active ??= OpenChild(recipe._source, 0);
                if (active.TryNext(out Sample miniBatch))
                {
                    _reader.Read(miniBatch);
                }
                else
                {
                    _isSourceEnded = true;
                    _source.Close();
                }
            }

            return true;
        }

        private RowWriter Writer()
        {
            SampleSpec form = _reader.RowSpec!; // known: there is a mini-batch
            if (_writer is null || !ReferenceEquals(_writer.RowSpec, form))
            {
                _writer = new RowWriter(form);
                _batchSpec = form.Stack(_rows);
                _shortSpec = null;
            }

            return _writer;
        }

        // The last batch: the slab's tensors begin where they did, and end earlier.
        private bool TryShorten(ref Sample batch, nint rows)
        {
            if (!recipe._isPartial)
            {
                batch.Dispose();
                batch = default;
                return false;
            }

            if (_shortSpec is null || _shortSpec[0].Shape[0] != rows)
            {
                _shortSpec = _reader.RowSpec!.Stack(rows); // known: there was a mini-batch
            }

            batch.Core.Spec = _shortSpec;
            return true;
        }
    }
}
