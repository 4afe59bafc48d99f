namespace Pescador.Fast;

/// <summary>A sample that was skipped because it did not have its declared form.</summary>
/// <param name="Source">What holds it, as a file; or the streamer that noticed.</param>
/// <param name="Row">Which row of the source, from 0; null where that is not known.</param>
/// <param name="Reason">What was expected and what was found.</param>
public sealed record BadSample(string Source, long? Row, string Reason);
