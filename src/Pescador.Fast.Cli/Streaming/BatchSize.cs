namespace Pescador.Fast.Cli.Streaming;

/// <summary>How much a batch is.</summary>
/// <param name="Samples">The length of the first axis where all tensors share it; otherwise it is one sample.</param>
/// <param name="Bytes">Of its tensors.</param>
internal readonly record struct BatchSize(long Samples, long Bytes)
{
    internal static BatchSize Of(Sample batch)
    {
        long? samples = null;
        long bytes = 0;
        foreach (TensorSpec tensor in batch.Spec.Tensors)
        {
            bytes += tensor.LengthInBytes;
            long length = tensor.Shape.IsEmpty ? -1 : tensor.Shape[0];
            samples = samples is null || samples == length ? length : -1;
        }

        return new BatchSize(samples is >= 0 ? samples.Value : 1, bytes);
    }
}
