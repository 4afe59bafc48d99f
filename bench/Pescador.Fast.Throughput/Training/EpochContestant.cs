namespace Pescador.Fast.Throughput;

/// <summary>An epoch of a new model: streamed, or over batches that are kept in memory.</summary>
/// <param name="files">What is learned.</param>
/// <param name="makeModel">Makes the model; not timed.</param>
/// <param name="batches">An epoch of them.</param>
/// <param name="kept">The first epoch's batches in memory, to be learned in place of streaming them; the contestant's to dispose.</param>
internal sealed class EpochContestant(TrainingFiles files, Func<EpochModel> makeModel, Streamer<Sample> batches, List<Sample>? kept = null) : Contestant
{
    private EpochModel? _model;

    internal override int UnitsPerPiece => files.BatchesPerEpoch;

    /// <summary>Of the last batch of the first epoch; null where the model does not tell.</summary>
    internal double? FirstEpochLoss { get; private set; }

    /// <summary>The same of the epoch run last.</summary>
    internal double? LastLoss { get; private set; }

    private EpochModel Model => _model ?? throw new InvalidOperationException("No epoch was prepared.");

    internal override void Prepare()
    {
        _model?.Dispose();
        _model = makeModel();
    }

    internal override void Run()
    {
        EpochModel model = Model;
        if (kept is null)
        {
            new StreamLearner(model).Fit(batches);
            return;
        }

        foreach (Sample batch in kept)
        {
            model.PartialFit(batch);
        }
    }

    internal override void Check()
    {
        if (Model.SamplesLearned != files.Rows)
        {
            throw new VerificationException($"An epoch has {files.Rows} samples; {Model.SamplesLearned} were learned.");
        }

        LastLoss = Model.LastLoss;
        FirstEpochLoss ??= LastLoss;
        if (LastLoss is { } loss && !(loss < Perceptron.LossBound))
        {
            throw new VerificationException($"The loss after an epoch is {loss}; it must be below {Perceptron.LossBound}.");
        }
    }

    public override void Dispose()
    {
        _model?.Dispose();
        kept?.ForEach(static batch => batch.Dispose());
    }
}
