namespace Pescador.Fast;

/// <content>Where a training stands, in files.</content>
public sealed partial class TorchLearner
{
    /// <summary>Writes the model's weights, what the optimiser keeps of each, and the number of steps to a file, which stands under its name once it is complete.
    /// <see cref="TorchModel.Load"/> takes the weights alone from it.</summary>
    /// <param name="path">Of the file.</param>
    /// <exception cref="PescadorException">libtorch cannot write it; with its own words.</exception>
    /// <exception cref="IOException">It cannot get its name.</exception>
    /// <exception cref="ObjectDisposedException">The learner is disposed.</exception>
    public void Save(string path)
    {
        ObjectDisposedException.ThrowIf(_trainer.IsClosed, this);
        TorchArchive.Write(path, part => TorchCalls.Save(_trainer, part, Steps));
    }

    /// <summary>Goes on from a file that <see cref="Save"/> wrote for a learner of such a model and with such an optimiser, bit for bit as that one would have. The
    /// learning rate and the other constants stay those of <see cref="Optimizer"/>.</summary>
    /// <param name="path">Of the file; one that is trusted: it is an archive of libtorch, whose reader makes no promise about others. Damage is found by the archive's checksums.</param>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="DataException">The file is damaged, or of another model or optimiser; nothing has changed.</exception>
    /// <exception cref="ObjectDisposedException">The learner or its model is disposed.</exception>
    public void Restore(string path)
    {
        ObjectDisposedException.ThrowIf(_trainer.IsClosed, this);
        ObjectDisposedException.ThrowIf(Model.IsClosed, Model);
        long steps = 0;
        TorchArchive.Read(path, "training state for this learner", found => TorchCalls.Load(_trainer, found, out steps));
        Steps = steps;
    }
}
