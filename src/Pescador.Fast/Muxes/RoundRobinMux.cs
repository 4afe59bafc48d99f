using System.Diagnostics.CodeAnalysis;

namespace Pescador.Fast;

/// <summary>One sample of each stream in turn; streams that have ended are passed over.</summary>
/// <remarks><c>ab, cde, fghi</c> exhaustive gives <c>acfbdgehi</c>; <c>a, bb</c> cycling gives <c>abbabba...</c>.</remarks>
public sealed class RoundRobinMux<T> : Streamer<T>
{
    private readonly MuxInputs<T> _inputs;
    private readonly RoundRobinMode _mode;

    /// <summary>A mux of the given streamers.</summary>
    /// <param name="streamers">At least one; plain enumerables become streamers.</param>
    /// <param name="mode">When it ends. A round that gave nothing ends it in every mode.</param>
    /// <param name="seed">Of its runs; drawn when null.</param>
    /// <exception cref="PescadorException">No streamers.</exception>
    /// <exception cref="ArgumentOutOfRangeException">An unknown mode.</exception>
    public RoundRobinMux(IEnumerable<IEnumerable<T>> streamers, RoundRobinMode mode = RoundRobinMode.Exhaustive, long? seed = null)
        : base(seed)
    {
        EnumValue.Check(mode, nameof(mode));
        _inputs = new MuxInputs<T>(streamers, null, "RoundRobinMux");
        _mode = mode;
    }

    internal override string Label => $"RoundRobinMux({_inputs.Count} streamers, {_mode}{SeedLabel})";

    internal override IEnumerable<IStreamerNode> Inputs => _inputs.Streamers;

    internal override Activation<T> Create() => new RoundRobinActivation(this);

    private sealed class RoundRobinActivation(RoundRobinMux<T> recipe) : Activation<T>(recipe)
    {
        private readonly Streamer<T>[] _streamers = recipe._inputs.Streamers;
        private readonly Activation<T>?[] _streams = new Activation<T>?[recipe._inputs.Count];

        // The round as a ring of streamers that have not ended in it: _next[i] follows i. Ended ones are taken out in constant time.
        private readonly int[] _next = new int[recipe._inputs.Count];
        private int[]? _order;
        private int _previous;
        private int _left;
        private bool _hasGiven;
        private RandomGenerator _random;

        internal override bool TryNext([MaybeNullWhen(false)] out T item)
        {
            var pull = default(LoosePull<T>);
            return pull.Give(Next(ref pull), out item);
        }

        internal override int Fill(RowWriter rows, int count)
        {
            var pull = new RowPull<T>(rows);
            int filled = 0;
            while (filled < count && Next(ref pull))
            {
                filled++;
            }

            return filled;
        }

        internal override void AddBatchCounters(ref PoolCounters sum)
        {
            foreach (Activation<T>? stream in _streams)
            {
                stream?.AddBatchCounters(ref sum);
            }
        }

        internal override void AddPrefetchCounters(ref PrefetchCounters sum)
        {
            foreach (Activation<T>? stream in _streams)
            {
                stream?.AddPrefetchCounters(ref sum);
            }
        }

        protected override void Begin()
        {
            _random = new RandomGenerator(Seed);
            _hasGiven = false;
            for (int i = 0; i < _next.Length; i++)
            {
                _next[i] = i + 1 < _next.Length ? i + 1 : 0;
            }

            _previous = _next.Length - 1;
            _left = _next.Length;
        }

        protected override void End() => Closing.All(_streams);

        protected override void SaveState(StateWriter writer)
        {
            writer.Write(_random);
            writer.Write(_hasGiven);
            writer.Write(_left);
            for (int i = 0, at = _previous; i < _left; i++)
            {
                at = _next[at];
                writer.Write(at);
                writer.Write(_streams[at] is not null);
                _streams[at]?.Save(writer);
            }
        }

        protected override void LoadState(StateReader reader)
        {
            _random = reader.ReadGenerator();
            _hasGiven = reader.ReadBoolean();
            _left = reader.ReadIndex(_next.Length);
            int first = 0;
            for (int i = 0; i < _left; i++)
            {
                int at = reader.ReadIndex(_next.Length - 1);
                first = i == 0 ? at : first;
                _next[_previous] = at;
                _previous = at;
                if (reader.ReadBoolean())
                {
                    _streams[at] = _streams[at] is null ? LoadChild(_streamers[at], reader) : throw reader.Damaged($"stream {at} twice");
                }
            }

            _next[_previous] = first;
        }

        private bool Next<TPull>(ref TPull pull) where TPull : struct, IPull<T>
        {
            while (_left > 0 || BeginRound())
            {
                int index = _next[_previous];
                Activation<T> stream = _streams[index] ?? Open(index);
                if (pull.From(stream))
                {
                    _previous = index;
                    _hasGiven = true;
                    return true;
                }

                PassOver(index);
                stream.Close();
            }

            return false;
        }

        private Activation<T> Open(int index)
        {
            try
            {
                return _streams[index] = OpenChild(_streamers[index], index);
            }
            catch
            {
                PassOver(index); // or who skips the error would get it again and again
                throw;
            }
        }

        private void PassOver(int index)
        {
            _streams[index] = null;
            _next[_previous] = _next[index];
            _left--;
        }

        private bool BeginRound()
        {
            if (recipe._mode == RoundRobinMode.Exhaustive || !_hasGiven)
            {
                return false;
            }

            _hasGiven = false;
            _left = _next.Length;
            _order ??= [.. Enumerable.Range(0, _left)];
            if (recipe._mode == RoundRobinMode.PermutedCycle)
            {
                Permute(_order);
            }

            for (int i = 0; i < _left; i++)
            {
                _next[_order[i]] = _order[i + 1 < _left ? i + 1 : 0];
            }

            _previous = _order[_left - 1];
            return true;
        }

        // Begins from the natural order each time, so that the round is a function of the generator alone.
        private void Permute(int[] order)
        {
            for (int i = 0; i < order.Length; i++)
            {
                int other = _random.NextInt32(i + 1);
                order[i] = order[other];
                order[other] = i;
            }
        }
    }
}
