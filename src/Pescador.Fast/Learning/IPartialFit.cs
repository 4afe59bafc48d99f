namespace Pescador.Fast;

/// <summary>A model that learns from one batch after another.</summary>
public interface IPartialFit
{
    /// <summary>Learns from a batch, which stays the caller's to dispose.</summary>
    /// <param name="batch">Tensors with a leading axis of samples.</param>
    /// <exception cref="DataException">The batch is not of the form that the model learns from.</exception>
    void PartialFit(Sample batch);
}
