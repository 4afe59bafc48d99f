namespace Pescador.Fast.Throughput;

/// <summary>How PyTorch's DataLoader is used.</summary>
/// <param name="Workers">Processes that load; 0 for none but the one that learns.</param>
/// <param name="AsksForBatches">Whether the dataset is asked for whole batches, and not, as commonly, for row after row.</param>
internal sealed record DataLoaderForm(int Workers, bool AsksForBatches = false)
{
    public override string ToString() => $"{Workers} workers{(AsksForBatches ? ", whole batches" : "")}";
}
