using System.Diagnostics;

namespace Pescador.Fast.Cli.Training;

/// <summary>Passes batches to a model, and now and then asks it first, so that it is seen how well it does on what it has not learned.</summary>
internal sealed class WatchedTrainer(ITrainer trainer) : IPartialFit
{
    private const double Kept = 0.8; // of the mean so far
    private static readonly long Interval = Stopwatch.Frequency / 20;

    private long _next;
    private bool _hasLearned;

    /// <summary>A moving mean over batches before they were learned; null before the first.</summary>
    internal double? Accuracy { get; private set; }

    public void PartialFit(Sample batch)
    {
        long now = Stopwatch.GetTimestamp();
        if (now >= _next && _hasLearned)
        {
            _next = now + Interval;
            double score = trainer.Score(batch);
            Accuracy = Accuracy is { } before ? (Kept * before) + ((1 - Kept) * score) : score;
        }

        Learn(batch);
        _hasLearned = true;
    }

    private void Learn(Sample batch)
    {
        try
        {
            trainer.PartialFit(batch);
        }
        catch (InvalidOperationException error) when (error is not ObjectDisposedException)
        {
            // Features were standardised and looked through before: what is left is the step size.
            throw new PescadorException("The weights diverged: the loss is no finite number any more. Choose a smaller --learning-rate.", error);
        }
    }
}
