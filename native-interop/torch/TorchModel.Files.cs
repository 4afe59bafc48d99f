namespace Pescador.Fast;

/// <content>Weights in files.</content>
public sealed partial class TorchModel
{
    /// <summary>Copies all weights and biases.</summary>
    /// <typeparam name="T">The model's element type: float or double.</typeparam>
    /// <param name="parameters">[<see cref="ParameterCount"/>]; receives them in the order of the layers, weights before biases, row-major: of a linear
    /// layer [outputs, inputs], of a convolution [outputs, inputs, 3, 3].</param>
    /// <exception cref="ArgumentException">Another type, or another length.</exception>
    /// <exception cref="ObjectDisposedException">The model is disposed.</exception>
    public unsafe void CopyParameters<T>(Span<T> parameters)
        where T : unmanaged
    {
        long count = ParameterCount;
        if (ElementTypes.Of<T>() != ElementType || parameters.Length != count)
        {
            throw new ArgumentException(
                $"Expected room for {count} numbers of {ElementType.Name()}, got {parameters.Length} of {ElementTypes.Of<T>().Name()}.", nameof(parameters));
        }

        // Invariant: as many elements of that type as there are parameters, pinned.
        fixed (T* start = parameters)
        {
            TorchCalls.Check(TorchCalls.CopyParameters(this, start, count));
        }
    }

    /// <summary>Writes the weights to a file, which stands under its name once it is complete, as an archive of libtorch. In Python <c>torch.jit.load</c> reads it, with parameters named 0, 1, ... in the order of the layers, weights before biases.</summary>
    /// <param name="path">Of the file.</param>
    /// <exception cref="PescadorException">libtorch cannot write it; with its own words.</exception>
    /// <exception cref="IOException">It cannot get its name.</exception>
    /// <exception cref="ObjectDisposedException">The model is disposed.</exception>
    public void Save(string path) => TorchArchive.Write(path, part => TorchCalls.Save(this, part));

    /// <summary>Takes the weights from a file that <see cref="Save"/> wrote for a model of the same form. Learners of this model go on from them.</summary>
    /// <param name="path">Of the file; one that is trusted: it is an archive of libtorch, whose reader makes no promise about others. Damage is found by the archive's checksums.</param>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="DataException">The file is damaged, or of another model; the weights are as they were.</exception>
    /// <exception cref="ObjectDisposedException">The model is disposed.</exception>
    public void Load(string path)
    {
        ObjectDisposedException.ThrowIf(IsClosed, this);
        TorchArchive.Read(path, "weights for this model", found => TorchCalls.Load(this, found));
    }
}
