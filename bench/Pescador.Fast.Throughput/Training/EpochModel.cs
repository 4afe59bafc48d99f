namespace Pescador.Fast.Throughput;

/// <summary>A model that is trained for one epoch, and tells what came of it.</summary>
internal abstract class EpochModel : IPartialFit, IDisposable
{
    /// <summary>By its own count.</summary>
    internal abstract long SamplesLearned { get; }

    /// <summary>Mean loss of the batch learned last, before its step; null where the model does not tell.</summary>
    internal virtual double? LastLoss => null;

    public abstract void PartialFit(Sample batch);

    public virtual void Dispose()
    {
    }
}
