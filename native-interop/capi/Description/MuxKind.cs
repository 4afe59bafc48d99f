namespace Pescador.Fast;

/// <summary>How the files' rows come together.</summary>
internal enum MuxKind
{
    Stochastic,
    Shuffled,
    RoundRobin,
    Chain,
}
