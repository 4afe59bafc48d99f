using System.Diagnostics.CodeAnalysis;

namespace Pescador.Fast;

/// <summary>All streamers at once: each sample comes from streamer i with probability w_i / Σw, independently of all others.</summary>
/// <remarks>A stream is opened when it is first drawn. One that ends is opened again and gives the sample, so that the draw stands; a streamer
/// that gave nothing at all is dropped, and the draw repeated. The mux ends when none is left.</remarks>
public sealed class ShuffledMux<T> : Streamer<T>
{
    private readonly MuxInputs<T> _inputs;

    /// <summary>A mux of the given streamers.</summary>
    /// <param name="streamers">At least one; plain enumerables become streamers.</param>
    /// <param name="weights">One each; equal when null. A streamer of weight 0 is never opened.</param>
    /// <param name="seed">Of its runs; drawn when null.</param>
    /// <exception cref="PescadorException">No streamers, or another number of weights.</exception>
    public ShuffledMux(IEnumerable<IEnumerable<T>> streamers, MuxWeights? weights = null, long? seed = null)
        : base(seed) => _inputs = new MuxInputs<T>(streamers, weights, "ShuffledMux");

    internal override string Label => $"ShuffledMux({_inputs.Count} streamers{_inputs.WeightsLabel}{SeedLabel})";

    internal override IEnumerable<IStreamerNode> Inputs => _inputs.Streamers;

    internal override Activation<T> Create() => new ShuffledActivation(this);

    private sealed class ShuffledActivation(ShuffledMux<T> recipe) : Activation<T>(recipe)
    {
        private readonly MuxInputs<T> _inputs = recipe._inputs;
        private readonly Candidates _candidates = new(recipe._inputs.Count, isCorrected: false, holds: false);
        private readonly Activation<T>?[] _streams = new Activation<T>?[recipe._inputs.Count];
        private readonly double[] _weights = new double[recipe._inputs.Count];
        private RandomGenerator _draws;
        private int _version;

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
            _draws = new RandomGenerator(Seed);
            _version = _inputs.CopyWeights(_weights);
            _candidates.Reset(_weights);
        }

        protected override void End() => Closing.All(_streams);

        protected override void SaveState(StateWriter writer)
        {
            TakeWeightsIfNew(); // the next sample would take them
            writer.Write(_draws);
            _candidates.Save(writer);
            for (int i = 0; i < _streams.Length; i++)
            {
                if (_streams[i] is { } stream)
                {
                    writer.Write(i);
                    stream.Save(writer);
                }
            }

            writer.Write(_streams.Length);
        }

        protected override void LoadState(StateReader reader)
        {
            _draws = reader.ReadGenerator();
            _candidates.Load(reader);
            for (int i = reader.ReadIndex(_streams.Length); i < _streams.Length; i = reader.ReadIndex(_streams.Length))
            {
                _streams[i] = _streams[i] is null ? LoadChild(_inputs.Streamers[i], reader) : throw reader.Damaged($"stream {i} twice");
            }
        }

        private bool Next<TPull>(ref TPull pull) where TPull : struct, IPull<T>
        {
            TakeWeightsIfNew();
            int index = _candidates.Choose(ref _draws);
            return index >= 0 && ((_streams[index] is { } stream && pull.From(stream)) || Restart(index, ref pull));
        }

        // A stream that is opened is asked at once; so whatever ends later has given something, and is opened again.
        private bool Restart<TPull>(int index, ref TPull pull) where TPull : struct, IPull<T>
        {
            while (index >= 0)
            {
                Close(index);
                Activation<T> stream = OpenChild(_inputs.Streamers[index], index);
                _streams[index] = stream;
                if (pull.From(stream))
                {
                    return true;
                }

                Close(index);
                _candidates.Drop(index);
                index = _candidates.Choose(ref _draws);
                if (index >= 0 && _streams[index] is { } other && pull.From(other))
                {
                    return true;
                }
            }

            return false;
        }

        private void Close(int index)
        {
            Activation<T>? stream = _streams[index];
            _streams[index] = null;
            stream?.Close();
        }

        private void TakeWeightsIfNew()
        {
            if (_inputs.WeightsVersion != _version)
            {
                _version = _inputs.CopyWeights(_weights);
                _candidates.SetWeights(_weights);
            }
        }
    }
}
