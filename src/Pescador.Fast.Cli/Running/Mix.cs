namespace Pescador.Fast.Cli.Running;

/// <summary>How batches are drawn out of many files.</summary>
/// <param name="Active">Files open at once.</param>
/// <param name="Rate">Mean number of samples of a file before it is replaced; null for what the command takes by itself.</param>
/// <param name="Batch">Samples per batch.</param>
/// <param name="Seed">Of everything.</param>
/// <param name="BudgetInBytes">Ceiling on memory.</param>
/// <param name="Prefetch">Batches kept ready.</param>
internal sealed record Mix(int Active, double? Rate, int Batch, long Seed, long BudgetInBytes, int Prefetch);
