namespace Pescador.Fast.Cli.Training;

/// <summary>The library's own linear classifier.</summary>
internal sealed class LinearTrainer(SgdClassifier classifier) : ITrainer
{
    public void PartialFit(Sample batch) => classifier.PartialFit(batch);

    public double Score(Sample batch) => classifier.Score(batch);

    public Sample CopyParameters()
    {
        // Of two classes the classifier has one vector, the second's; the first's scores are 0.
        ReadOnlySpan<float> coefficients = classifier.Coefficients;
        ReadOnlySpan<float> intercepts = classifier.Intercepts;
        int first = classifier.Classes - intercepts.Length;
        var weights = new float[classifier.Features, classifier.Classes];
        var bias = new float[classifier.Classes];
        for (int vector = 0; vector < intercepts.Length; vector++)
        {
            bias[first + vector] = intercepts[vector];
            for (int feature = 0; feature < classifier.Features; feature++)
            {
                weights[feature, first + vector] = coefficients[(vector * classifier.Features) + feature];
            }
        }

        return Sample.Of(("scores.weights", weights), ("scores.bias", bias));
    }

    public void Dispose()
    {
    }
}
