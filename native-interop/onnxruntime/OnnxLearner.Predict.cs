namespace Pescador.Fast;

/// <content>Predicting.</content>
public sealed partial class OnnxLearner
{
    private readonly OnnxScores? _scores;
    private int[] _predicted = [];

    /// <summary>The part of a batch's labels that are predicted right. Changes nothing.</summary>
    /// <param name="batch">With the graph's inputs, and the tensor <see cref="LabelsName"/>.</param>
    /// <returns>From 0 to 1; NaN of a batch of no rows.</returns>
    /// <inheritdoc cref="Predict"/>
    public double Score(Sample batch)
    {
        ObjectDisposedException.ThrowIf(_isDisposed, this);
        TensorView labels = batch[LabelsName];
        Span<int> expected = ClassLabels.Read(labels, checked((int)labels.ElementCount), LabelsName, ref _labels);
        if (_predicted.Length < expected.Length)
        {
            _predicted = new int[expected.Length];
        }

        Span<int> predicted = _predicted.AsSpan(0, expected.Length);
        Predict(batch, predicted);
        int right = 0;
        for (int i = 0; i < expected.Length; i++)
        {
            right += predicted[i] == expected[i] ? 1 : 0;
        }

        return (double)right / expected.Length;
    }

    /// <summary>The class of the highest score, of each row. Changes nothing.</summary>
    /// <param name="batch">With the graph's inputs; of a graph of <see cref="OnnxTrainingGraph"/>'s, the features are enough.</param>
    /// <param name="classes">As many as the batch has rows.</param>
    /// <exception cref="KeyNotFoundException">A tensor is missing.</exception>
    /// <exception cref="DataException">A tensor is not of the form that the graph takes.</exception>
    /// <exception cref="ArgumentException">There are not as many classes as rows.</exception>
    /// <exception cref="InvalidOperationException">The graph gives no scores.</exception>
    public void Predict(Sample batch, Span<int> classes)
    {
        ObjectDisposedException.ThrowIf(_isDisposed, this);
        (_scores ?? throw new InvalidOperationException($"The graph '{_session.Name}' gives no 'scores' of float32[n,classes], so nothing can be predicted."))
            .Predict(batch, _parameters, classes);
    }
}
