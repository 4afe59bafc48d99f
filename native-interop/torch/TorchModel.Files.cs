namespace Pescador.Fast;

/// <content>Weights in files.</content>
public sealed partial class TorchModel
{
    /// <summary>Writes the weights to a file, over what is there, as an archive of libtorch. In Python <c>torch.jit.load</c> reads it, with parameters named 0, 1, ... in the order of the layers, weights before biases.</summary>
    /// <param name="path">Of the file.</param>
    /// <exception cref="PescadorException">It cannot be written.</exception>
    /// <exception cref="ObjectDisposedException">The model is disposed.</exception>
    public void Save(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        if (TorchCalls.Save(this, path) != 0)
        {
            throw new PescadorException($"The weights could not be written to '{path}': libtorch: {TorchCalls.LastMessage()}");
        }
    }

    /// <summary>Takes the weights from a file that <see cref="Save"/> wrote for a model of the same form. Learners of this model go on from them.</summary>
    /// <param name="path">Of the file; one that is trusted: it is an archive of libtorch, whose reader makes no promise about others.</param>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="DataException">The file is damaged, or of another model; the weights are as they were.</exception>
    /// <exception cref="ObjectDisposedException">The model is disposed.</exception>
    public void Load(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        ObjectDisposedException.ThrowIf(IsClosed, this);
        if (!File.Exists(path))
        {
            throw new FileNotFoundException($"There is no file '{path}' to take weights from.", path);
        }

        if (TorchCalls.Load(this, path) != 0)
        {
            throw new DataException($"'{path}' has no weights for this model: libtorch: {TorchCalls.LastMessage()}");
        }
    }
}
