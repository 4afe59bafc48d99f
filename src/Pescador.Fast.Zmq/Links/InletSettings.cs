namespace Pescador.Fast;

/// <summary>What an inlet is told about the workers that it receives from.</summary>
/// <param name="Workers">How many it ends after.</param>
/// <param name="Options">Depth, time-outs, limits.</param>
/// <param name="LossIsFailure">Whether a lost worker is an error at once, because nobody comes back under its name: a process that died.</param>
internal sealed record InletSettings(int Workers, ZmqOptions Options, bool LossIsFailure = false);
