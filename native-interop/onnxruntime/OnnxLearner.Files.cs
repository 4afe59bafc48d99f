namespace Pescador.Fast;

/// <content>Parameters out and in.</content>
public sealed partial class OnnxLearner
{
    /// <summary>The parameters' values, copied.</summary>
    /// <returns>The caller's to dispose.</returns>
    /// <exception cref="InvalidOperationException">The graph is not <see cref="OnnxTrainingGraph"/>'s and nothing was learned or restored yet: the first values
    /// are known to the graph alone.</exception>
    public Sample CopyParameters()
    {
        Sample known = Known;
        Sample copy = Rent(Parameters);
        for (int i = 0; i < Parameters.Count; i++)
        {
            TensorBlock.Copy(ref known[i].FirstByte, ref copy[i].FirstByte, Parameters[i].LengthInBytes);
        }

        return copy;
    }

    /// <summary>Writes the parameters to a <c>.safetensors</c> file.</summary>
    /// <exception cref="IOException">It cannot be written.</exception>
    /// <exception cref="InvalidOperationException">As of <see cref="CopyParameters"/>.</exception>
    public void Save(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        OnnxParameterFile.Write(path, Known);
    }

    /// <summary>Takes parameters from a <c>.safetensors</c> file, as <see cref="Save"/> writes them.</summary>
    /// <exception cref="DataException">The file has not the parameters, or not in their form; those that were there stay.</exception>
    /// <exception cref="IOException">It cannot be read.</exception>
    public void Restore(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        ObjectDisposedException.ThrowIf(_isDisposed, this);
        _parameters.Set(set => OnnxParameterFile.Read(path, set));
    }

    /// <summary>Writes the model with the parameters as they are, for inference alone: features in, <c>scores</c> out.</summary>
    /// <param name="path">Of the file, which stands under its name once it is complete.</param>
    /// <param name="standardiser">What batches went through before they were learned, if they did: the model then takes features as they were before.</param>
    /// <exception cref="InvalidOperationException">The graph was not written by <see cref="OnnxTrainingGraph"/>.</exception>
    /// <exception cref="ArgumentException">The standardiser has learned from rows of another number of features, or from none.</exception>
    /// <exception cref="IOException">It cannot be written.</exception>
    public void SaveInference(string path, Standardiser? standardiser = null)
    {
        ObjectDisposedException.ThrowIf(_isDisposed, this);
        (_recipe ?? throw new InvalidOperationException(
            $"The graph '{_session.Name}' was not written by {nameof(OnnxTrainingGraph)}, so its inference part is not known.")).WriteInference(path, _parameters.Current, standardiser);
    }

    private Sample Known
    {
        get
        {
            ObjectDisposedException.ThrowIf(_isDisposed, this);
            return _parameters.AreKnown ? _parameters.Current : throw new InvalidOperationException(
                $"The first parameters are known to the graph '{_session.Name}' alone; learn from a batch or restore first.");
        }
    }
}
