using System.Numerics.Tensors;
using Pescador.Fast;

namespace Samples;

/// <summary>Handwritten digits, 8 × 8 pixels each, and a small convolutional network of libtorch that learns to tell them apart.</summary>
internal static class DigitTraining
{
    private const int Epochs = 20;
    private const int BatchesInEpoch = 22; // of 64: about as many images as there are to learn from

    /// <param name="path">Of the file.</param>
    /// <param name="seed">Of the first weights, and of what is drawn.</param>
    /// <param name="progress">Told the epoch, the last batch's loss, and the part of the held-out images that are told apart.</param>
    /// <returns>That part, at the end.</returns>
    public static double Run(string path, long seed, Action<int, double, double> progress)
    {
        double accuracy = 0;

        // <train>
        // A fifth of the images is held out. The others come from four places at once, three of them active.
        var (training, heldOut) = Source.Csv(path, new CsvFormat { Label = "-1", HasHeader = false }).Split(heldOut: 0.2, seed);
        var parts = Enumerable.Range(0, 4).Select(part => training.Shard(part, count: 4).Rows());
        var mux = new StochasticMux<Sample>(parts, activeCount: 3, rate: 64, seed: seed);
        var batches = mux.Buffer(64).Tap(Scale).Prefetch(2);

        TorchRuntime.Threads = Math.Max(1, Environment.ProcessorCount - 1);   // a core is left to whoever makes the batches
        using TorchModel model = TorchModel.Convolutional(channels: 1, height: 8, width: 8, outputs: 10, seed);
        using var network = new TorchLearner(model, TorchOptimizer.Adam(learningRate: 4e-3));
        var learner = new StreamLearner(network);
        using ActiveStream<Sample> stream = batches.Open();
        for (int epoch = 1; epoch <= Epochs; epoch++)
        {
            learner.Fit(stream, maxSamples: 64 * BatchesInEpoch);   // libtorch computes on each batch where it was stacked
            accuracy = AccuracyOn(heldOut, network);
            progress(epoch, network.LastLoss, accuracy);
        }
        // </train>

        return accuracy;
    }

    // Pixels are 0 to 16.
    private static void Scale(Sample batch) => TensorPrimitives.Multiply(batch["X"].Span<float>(), 1 / 16f, batch["X"].Span<float>());

    private static double AccuracyOn(Source images, TorchLearner network)
    {
        double right = 0;
        long all = 0;
        foreach (Sample batch in images.Rows(RowOrder.InOrder).Buffer(128, partial: true).Tap(Scale))
        {
            using (batch)
            {
                int count = (int)batch["X"].Shape[0];
                right += network.Score(batch) * count;
                all += count;
            }
        }

        return right / all;
    }
}
