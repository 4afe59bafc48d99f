namespace Pescador.Fast;

/// <summary>What a graph makes of each batch.</summary>
internal sealed class OnnxInferStreamer(Streamer<Sample> source, OnnxSession session, string[] keep) : Streamer<Sample>(source.Root, null)
{
    internal override string Label => $"Infer({session.Name}{(keep.Length > 0 ? ", " : "")}{TensorKeys.Quote(keep)})";

    internal override IEnumerable<IStreamerNode> Inputs => [source];

    internal override Activation<Sample> Create() => new InferActivation(this, source, session, keep);

    private sealed class InferActivation(Streamer<Sample> recipe, Streamer<Sample> source, OnnxSession session, string[] keep) : Activation<Sample>(recipe)
    {
        private readonly OnnxCall _call = session.Call();
        private MapSource<Sample> _source;
        private SampleSpec? _from; // of the last batch
        private SampleSpec? _to;

        internal override bool TryNext(out Sample item)
        {
            if (!(_source.Active ??= OpenChild(source, 0)).TryNext(out Sample batch))
            {
                item = default;
                return false;
            }

            using (batch)
            {
                item = Infer(batch);
                return true;
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

        private Sample Infer(Sample batch)
        {
            Sample result = default;
            try
            {
                _call.TakeInputs(batch);
                result = new Sample(Scope.LooseOf(SpecOf(batch.Spec)).Rent());
                for (int i = 0; i < session.Outputs.Length; i++)
                {
                    _call.Give(session.Outputs[i], result[i]);
                }

                _call.Run();
                for (int i = 0; i < keep.Length; i++)
                {
                    TensorView to = result[session.Outputs.Length + i];
                    TensorBlock.Copy(ref batch[keep[i]].FirstByte, ref to.FirstByte, to.Spec.LengthInBytes);
                }

                return result;
            }
            catch
            {
                result.Dispose();
                throw;
            }
            finally
            {
                _call.Clear();
            }
        }

        // Made anew only where batches change their form, as a short last one does.
        private SampleSpec SpecOf(SampleSpec batch)
        {
            if (!ReferenceEquals(batch, _from))
            {
                var tensors = new List<TensorSpec>();
                foreach (OnnxTensorInfo output in session.Outputs)
                {
                    tensors.Add(_call.Forms.Resolve(output));
                }

                foreach (string name in keep)
                {
                    tensors.Add(batch[batch.IndexOf(name)]);
                }

                _to = new SampleSpec([.. tensors]);
                _from = batch;
            }

            return _to!; // set with _from
        }
    }
}
