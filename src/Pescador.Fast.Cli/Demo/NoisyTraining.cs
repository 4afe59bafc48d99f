using System.Diagnostics;
using System.Numerics.Tensors;

namespace Pescador.Fast.Cli.Demo;

/// <summary>What the demonstration found.</summary>
/// <param name="Accuracy">On the rows held out.</param>
/// <param name="HeldOut">How many those are.</param>
/// <param name="Learned">What was learned.</param>
/// <param name="Duration">Of the training.</param>
/// <param name="AllocatedBytesPerSample">Managed memory, after the first tenth of the samples.</param>
/// <param name="Batches">Counters of the batches' slabs.</param>
/// <param name="LooseSamples">Counters of the loose samples.</param>
internal sealed record NoisyTrainingResult(
    double Accuracy,
    int HeldOut,
    LearningProgress Learned,
    TimeSpan Duration,
    double AllocatedBytesPerSample,
    PoolCounters Batches,
    PoolCounters LooseSamples);

/// <summary>Trains a linear classifier from five streams of the same table, each with another amount of noise.</summary>
internal static class NoisyTraining
{
    internal static readonly float[] NoiseScales = [0f, 0.5f, 1f, 2f, 4f];

    internal static NoisyTrainingResult Run(long seed, long samples, int batchSize, Action<LearningProgress>? progress = null, CancellationToken cancellation = default)
    {
        var split = new StreamRandom((ulong)seed);
        (LabelledTable training, LabelledTable heldOut) = LabelledTable.BreastCancer().Split(heldOut: 0.1, split);
        LabelledTable.Standardise(training, heldOut);

        var spec = new SampleSpec(TensorSpec.Of<float>("X", training.Width), TensorSpec.Of<int>("Y"));
        IEnumerable<Streamer<Sample>> streamers = NoiseScales.Select(sigma => Streamer.Create(NoisyRows, training, spec, sigma));
        var mux = new StochasticMux<Sample>(streamers, activeCount: 3, rate: 64, seed: seed);
        var classifier = new SgdClassifier(classes: 2);
        var learner = new StreamLearner(classifier);

        long start = Stopwatch.GetTimestamp();
        var allocations = new AllocationMeter(samples / 10);
        using ActiveStream<Sample> batches = mux.Buffer(batchSize).Open(cancellation);
        LearningProgress learned = learner.Fit(
            batches,
            samples,
            state =>
            {
                allocations.Pause(state.Samples);
                progress?.Invoke(state);
                allocations.Resume();
            },
            cancellation);
        TimeSpan duration = Stopwatch.GetElapsedTime(start);

        int right = 0;
        for (int row = 0; row < heldOut.Rows; row++)
        {
            right += classifier.Predict(heldOut.Row(row)) == heldOut.Labels[row] ? 1 : 0;
        }

        return new NoisyTrainingResult(
            (double)right / heldOut.Rows, heldOut.Rows, learned, duration, allocations.BytesPerSample, batches.Batches, batches.LooseSamples);
    }

    /// <summary>Random rows with normal noise: what a user's generator looks like.</summary>
    private static IEnumerable<Sample> NoisyRows(StreamContext context, LabelledTable table, SampleSpec spec, float sigma)
    {
        while (true)
        {
            Sample sample = context.Rent(spec);
            int row = context.Random.Next(table.Rows);
            Span<float> features = sample["X"].Span<float>();
            context.Random.FillNormal(features, mean: 0, sigma);
            TensorPrimitives.Add(features, table.Row(row), features);
            sample["Y"].Span<int>()[0] = table.Labels[row];
            yield return sample;
        }
    }

    /// <summary>Managed bytes that this thread allocates per sample, without what reporting progress allocates.</summary>
    private sealed class AllocationMeter(long warmUpSamples)
    {
        private long _bytes;
        private long _since = GC.GetAllocatedBytesForCurrentThread();
        private long _firstSample = -1;
        private long _lastSample;

        internal double BytesPerSample => _lastSample > _firstSample ? (double)_bytes / (_lastSample - _firstSample) : 0;

        internal void Pause(long samples)
        {
            _bytes += GC.GetAllocatedBytesForCurrentThread() - _since;
            if (_firstSample < 0 && samples > warmUpSamples)
            {
                _firstSample = samples;
                _bytes = 0;
            }

            _lastSample = samples;
        }

        internal void Resume() => _since = GC.GetAllocatedBytesForCurrentThread();
    }
}
