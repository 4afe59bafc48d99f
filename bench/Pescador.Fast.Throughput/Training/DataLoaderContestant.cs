namespace Pescador.Fast.Throughput;

/// <summary>An epoch of a new model in PyTorch, through its DataLoader.</summary>
internal sealed class DataLoaderContestant(TrainingFiles files, DataLoaderProcess process) : Contestant
{
    internal override int UnitsPerPiece => files.BatchesPerEpoch;

    /// <summary>What Python said last.</summary>
    internal DataLoaderEpoch Last { get; private set; }

    internal override void Prepare() => process.MakeModel();

    // Timed here, by the clock that times the other side; question and answer take some 0.1 ms.
    internal override void Run() => Last = process.Train();

    internal override void Check()
    {
        if (Last.Samples != files.Rows || !(Last.LastLoss < Perceptron.LossBound))
        {
            throw new VerificationException(
                $"PyTorch learned {Last.Samples} samples of {files.Rows}, to a loss of {Last.LastLoss}, which must be below {Perceptron.LossBound}.");
        }
    }
}
