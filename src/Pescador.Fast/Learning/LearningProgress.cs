namespace Pescador.Fast;

/// <summary>How far a fit has come.</summary>
/// <param name="Batches">Batches learned.</param>
/// <param name="Samples">Samples learned.</param>
/// <param name="MaxSamples">The bound, if there is one.</param>
public readonly record struct LearningProgress(long Batches, long Samples, long? MaxSamples);
