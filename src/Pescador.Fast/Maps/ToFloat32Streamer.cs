using System.Numerics;
using System.Numerics.Tensors;

namespace Pescador.Fast;

/// <summary>The same samples, some of their tensors as float32; those that are all right pass as they are.</summary>
internal sealed class ToFloat32Streamer(Streamer<Sample> source, string[] names) : Streamer<Sample>(source.Root, null)
{
    internal override string Label => $"ToFloat32({TensorKeys.Quote(names)})";

    internal override IEnumerable<IStreamerNode> Inputs => [source];

    internal override Activation<Sample> Create() => new ToFloat32Activation(this, source, names);

    private static SampleSpec Converted(SampleSpec spec, string[] names) => new(Array.ConvertAll(
        spec.Tensors.ToArray(),
        tensor => Array.IndexOf(names, tensor.Name) < 0 ? tensor : new TensorSpec(tensor.Name, ElementType.Float32, tensor.Shape)));

    private static void Convert(TensorView from, TensorView to)
    {
        if (from.ElementType == to.ElementType)
        {
            TensorBlock.Copy(ref from.FirstByte, ref to.FirstByte, from.Spec.LengthInBytes);
            return;
        }

        switch (from.ElementType)
        {
            case ElementType.Float64: Convert<double>(from, to); break;
            case ElementType.Float16: TensorPrimitives.ConvertToSingle(from.Span<Half>(), to.Span<float>()); break;
            case ElementType.Int8: Convert<sbyte>(from, to); break;
            case ElementType.UInt8: Convert<byte>(from, to); break;
            case ElementType.Int16: Convert<short>(from, to); break;
            case ElementType.UInt16: Convert<ushort>(from, to); break;
            case ElementType.Int32: Convert<int>(from, to); break;
            case ElementType.UInt32: Convert<uint>(from, to); break;
            case ElementType.Int64: Convert<long>(from, to); break;
            case ElementType.UInt64: Convert<ulong>(from, to); break;
            default: // bool, whose bytes are 0 or 1
                Span<float> values = to.Span<float>();
                ReadOnlySpan<bool> flags = from.Span<bool>();
                for (int i = 0; i < flags.Length; i++)
                {
                    values[i] = flags[i] ? 1 : 0;
                }

                break;
        }
    }

    private static void Convert<T>(TensorView from, TensorView to) where T : unmanaged, INumberBase<T> =>
        TensorPrimitives.ConvertTruncating<T, float>(from.Span<T>(), to.Span<float>());

    private sealed class ToFloat32Activation(Streamer<Sample> recipe, Streamer<Sample> source, string[] names) : Activation<Sample>(recipe)
    {
        private MapSource<Sample> _source;
        private SampleSpec? _from; // of the last sample
        private SampleSpec? _to;

        internal override bool TryNext(out Sample item)
        {
            if (!(_source.Active ??= OpenChild(source, 0)).TryNext(out Sample sample))
            {
                item = default;
                return false;
            }

            try
            {
                SampleSpec to = SpecOf(sample.Spec);
                if (to.Equals(sample.Spec))
                {
                    item = sample;
                    return true;
                }

                item = new Sample(Scope.LooseOf(to).Rent());
                for (int i = 0; i < sample.Count; i++)
                {
                    Convert(sample[i], item[i]);
                }
            }
            catch
            {
                sample.Dispose();
                throw;
            }

            sample.Dispose();
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

        private SampleSpec SpecOf(SampleSpec spec)
        {
            if (!ReferenceEquals(spec, _from))
            {
                foreach (string name in names)
                {
                    _ = spec.IndexOf(name); // or says which there are
                }

                SampleSpec to = Converted(spec, names);
                _to = to.Equals(_to) ? _to : to; // the same object finds its pool faster
                _from = spec;
            }

            return _to!; // set with _from
        }
    }
}
