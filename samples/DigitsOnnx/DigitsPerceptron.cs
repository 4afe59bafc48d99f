using System.Numerics.Tensors;
using Pescador.Fast;

namespace Samples;

/// <summary>A perceptron that tells handwritten digits apart, trained and run by ONNX Runtime.</summary>
/// <param name="images">The file of digits: 64 pixels of 0 to 16, the label last.</param>
/// <param name="folder">Takes the two graphs.</param>
internal sealed class DigitsPerceptron(string images, string folder)
{
    private readonly (Source Training, Source HeldOut) _digits =
        Source.Csv(images, new CsvFormat { Label = "-1", HasHeader = false }).Split(heldOut: 0.2, seed: 1);

    public string TrainingGraph => Path.Combine(folder, "digits.train.onnx");

    public string Model => Path.Combine(folder, "digits.onnx");

    private Streamer<Sample> HeldOut => _digits.HeldOut.Rows(RowOrder.InOrder).Buffer(128, partial: true);

    /// <summary>Trains, writes the model, and tells how many of the held-out images it gets right.</summary>
    public double Train()
    {
        // <train>
        // The whole step is a graph: forward pass, loss, gradients, momentum. Pixels are scaled in it, labels converted.
        var graph = new OnnxTrainingGraph(features: 64, classes: 10, hidden: 128) { Scale = 1 / 16f, Seed = 1 };
        graph.WriteTraining(TrainingGraph);

        // Eight streams over an eighth of the rows each, four of them at a time, in batches that are made ahead.
        var streams = Enumerable.Range(0, 8).Select(part => _digits.Training.Shard(part, 8).Rows());
        var mux = new StochasticMux<Sample>(streams, activeCount: 4, rate: 64, seed: 1);

        // ONNX Runtime reads each batch where it was stacked; parameters go in and come out by reference.
        using var learner = new OnnxLearner(TrainingGraph);
        new StreamLearner(learner).Fit(mux.Buffer(64).Prefetch(4), maxSamples: 60_000);
        learner.SaveInference(Model);
        // </train>

        double right = 0;
        nint all = 0;
        foreach (Sample batch in HeldOut)
        {
            using (batch)
            {
                nint rows = batch.Length ?? 0;
                right += learner.Score(batch) * rows;
                all += rows;
            }
        }

        return right / all;
    }

    /// <summary>Runs the model that was written, and tells how many of the held-out images it gets right.</summary>
    public double Infer()
    {
        int right = 0;
        int all = 0;

        // <infer>
        // Scores are written straight into the memory of the stream's own batches; labels come along.
        using OnnxSession model = OnnxSession.Open(Model);
        foreach (Sample result in HeldOut.Infer(model, keep: "Y"))
        {
            using (result)
            {
                for (int row = 0; row < result.Length; row++)
                {
                    ReadOnlySpan<float> scores = result["scores"].Rows.GetRowSpan(row);
                    right += TensorPrimitives.IndexOfMax(scores) == result["Y"].Span<long>()[row] ? 1 : 0;
                    all++;
                }
            }
        }
        // </infer>

        return (double)right / all;
    }
}
