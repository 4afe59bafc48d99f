namespace Pescador.Fast;

/// <summary>Feeds a model from a stream of batches, which it disposes.</summary>
public sealed class StreamLearner
{
    /// <summary>A learner around a model.</summary>
    public StreamLearner(IPartialFit model)
    {
        ArgumentNullException.ThrowIfNull(model);
        Model = model;
    }

    /// <summary>The wrapped model.</summary>
    public IPartialFit Model { get; }

    /// <summary>Learns until the stream ends, or until the next batch would pass the bound.</summary>
    /// <param name="batches">Batches, as <c>Buffer</c> makes them: every tensor with a leading axis of samples.</param>
    /// <param name="maxSamples">The bound; none when null.</param>
    /// <param name="progress">Told after each batch, on this thread.</param>
    /// <param name="cancellationToken">Ends the fit between two batches, or while it waits for one.</param>
    /// <returns>What was learned.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The bound is negative.</exception>
    /// <exception cref="OperationCanceledException">Cancelled; what was learned stays learned.</exception>
    public LearningProgress Fit(
        Streamer<Sample> batches,
        long? maxSamples = null,
        Action<LearningProgress>? progress = null,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(batches);
        using ActiveStream<Sample> stream = batches.Open(cancellationToken);
        return Fit(stream, maxSamples, progress, cancellationToken);
    }

    /// <summary>Goes on with a stream that is open; it stays open, and the batch that would pass the bound is lost to it.</summary>
    /// <inheritdoc cref="Fit(Streamer{Sample}, long?, Action{LearningProgress}?, CancellationToken)"/>
    public LearningProgress Fit(
        ActiveStream<Sample> batches,
        long? maxSamples = null,
        Action<LearningProgress>? progress = null,
        CancellationToken cancellationToken = default)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(maxSamples ?? 0, nameof(maxSamples));
        var done = new LearningProgress(0, 0, maxSamples);
        long largest = 0;
        while (!cancellationToken.IsCancellationRequested && (maxSamples is not { } bound || done.Samples + Math.Max(1, largest) <= bound)
            && batches.MoveNext())
        {
            using Sample batch = batches.Current;
            long samples = batch.Length ?? 0;
            if (samples > (maxSamples ?? long.MaxValue) - done.Samples)
            {
                break;
            }

            // Batches are of one size, but for a short last one: what a full one would pass is not asked for.
            largest = Math.Max(largest, samples);
            Model.PartialFit(batch);
            done = done with { Batches = done.Batches + 1, Samples = done.Samples + samples };
            progress?.Invoke(done);
        }

        cancellationToken.ThrowIfCancellationRequested();
        return done;
    }
}
