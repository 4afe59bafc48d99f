using System.Diagnostics.CodeAnalysis;

namespace Pescador.Fast;

/// <summary>One stream after the other, one open at a time. Empty ones are passed over.</summary>
public sealed class ChainMux<T> : Streamer<T>
{
    private readonly Streamer<Streamer<T>> _streamers;
    private readonly ChainMode _mode;

    /// <summary>A chain of the given streamers.</summary>
    /// <param name="streamers">None is allowed; plain enumerables become streamers. Unless it is a collection it is read only as far as
    /// the chain gets, so it may be endless; a streamer of streamers is opened as part of this tree.</param>
    /// <param name="mode">When it ends.</param>
    /// <param name="seed">Of its runs; drawn when null.</param>
    /// <exception cref="ArgumentOutOfRangeException">An unknown mode.</exception>
    /// <exception cref="ArgumentException">A streamer of anything else than streamers.</exception>
    public ChainMux(IEnumerable<IEnumerable<T>> streamers, ChainMode mode = ChainMode.Exhaustive, long? seed = null)
        : base(seed)
    {
        ArgumentNullException.ThrowIfNull(streamers);
        EnumValue.Check(mode, nameof(mode));
        if (streamers is IStreamerNode and not Streamer<Streamer<T>>)
        {
            // Enumerated as a plain sequence it would be a root of its own: its samples would not repeat with the chain's seed.
            throw new ArgumentException(
                $"A streamer given to ChainMux must be a Streamer<Streamer<{typeof(T).Name}>>, to be opened as part of its tree; "
                + "let it give its items as that type, by Streamer.From.",
                nameof(streamers));
        }

        IEnumerable<Streamer<T>> each = streamers.Select(Streamer.From);
        _streamers = streamers as Streamer<Streamer<T>>
            ?? Streamer.From(streamers.TryGetNonEnumeratedCount(out _) ? [.. each] : each);
        _mode = mode;
    }

    internal override string Label => $"ChainMux({_mode}{SeedLabel})";

    internal override IEnumerable<IStreamerNode> Inputs => _streamers is EnumerableStreamer<Streamer<T>> { List: { } list } ? list : [_streamers];

    internal override Activation<T> Create() => new ChainActivation(this);

    private sealed class ChainActivation(ChainMux<T> recipe) : Activation<T>(recipe)
    {
        private Activation<Streamer<T>>? _streamers;
        private Activation<T>? _stream;
        private long _position; // how many streamers were taken in this round
        private bool _hasGiven;
        private bool _hasEnded;

        internal override bool TryNext([MaybeNullWhen(false)] out T item)
        {
            var pull = default(LoosePull<T>);
            return pull.Give(Next(ref pull), out item);
        }

        internal override int Fill(RowWriter rows, int count)
        {
            int filled = 0;
            while (filled < count && (_stream is not null || Advance()))
            {
                // Open: Advance has just found one, if it was not already.
                filled += Fill(_stream!, rows, count - filled);
                if (filled < count)
                {
                    CloseStream();
                }
            }

            return filled;
        }

        internal override void AddBatchCounters(ref PoolCounters sum) => _stream?.AddBatchCounters(ref sum);

        internal override void AddPrefetchCounters(ref PrefetchCounters sum) => _stream?.AddPrefetchCounters(ref sum);

        protected override void Begin()
        {
            _position = 0;
            _hasGiven = false;
            _hasEnded = false;
        }

        protected override void End()
        {
            try
            {
                CloseStream();
            }
            finally
            {
                CloseStreamers();
            }
        }

        protected override void SaveState(StateWriter writer)
        {
            writer.Write(_hasGiven);
            writer.Write(_hasEnded);
            writer.Write(_streamers is not null);
            if (_streamers is not null)
            {
                writer.Write(_streamers.Seed);
                writer.Write(_position);
                writer.Write(_stream is not null);
                _stream?.Save(writer);
            }
        }

        // The streamers are taken again from the first: that opens none of them, and the last one is where the chain stood.
        protected override void LoadState(StateReader reader)
        {
            _hasGiven = reader.ReadBoolean();
            _hasEnded = reader.ReadBoolean();
            if (!reader.ReadBoolean())
            {
                return;
            }

            _streamers = recipe._streamers.Activate(Scope, reader.ReadUInt64(), isMixed: true);
            long position = reader.ReadInt64();
            Streamer<T>? streamer = null;
            while (_position < position)
            {
                if (!_streamers.TryNext(out streamer))
                {
                    throw reader.Damaged($"streamer {position} of a chain that has {_position}");
                }

                _position++;
            }

            if (reader.ReadBoolean())
            {
                _stream = LoadChild(streamer ?? throw reader.Damaged("an open stream of a chain that has not begun"), reader);
            }
        }

        private bool Next<TPull>(ref TPull pull) where TPull : struct, IPull<T>
        {
            while (_stream is not null || Advance())
            {
                if (pull.From(_stream!)) // open, as in Fill
                {
                    _hasGiven = true;
                    return true;
                }

                CloseStream();
            }

            return false;
        }

        private int Fill(Activation<T> stream, RowWriter rows, int count)
        {
            nint first = rows.Row;
            try
            {
                return stream.Fill(rows, count);
            }
            finally
            {
                _hasGiven |= rows.Row > first; // also where it threw later
            }
        }

        private bool Advance()
        {
            while (!_hasEnded)
            {
                _streamers ??= OpenChild(recipe._streamers, 0);
                if (_streamers.TryNext(out Streamer<T>? streamer))
                {
                    int index = (int)(_position++ & int.MaxValue);
                    _stream = OpenChild(streamer, index);
                    return true;
                }

                _position = 0;
                _hasEnded = recipe._mode == ChainMode.Exhaustive || !_hasGiven;
                _hasGiven = false;
                CloseStreamers(); // last: it may throw
            }

            return false;
        }

        private void CloseStream()
        {
            Activation<T>? stream = _stream;
            _stream = null;
            stream?.Close();
        }

        private void CloseStreamers()
        {
            Activation<Streamer<T>>? streamers = _streamers;
            _streamers = null;
            streamers?.Close();
        }
    }
}
