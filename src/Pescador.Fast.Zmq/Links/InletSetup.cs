namespace Pescador.Fast;

/// <summary>What an inlet is made for.</summary>
/// <param name="Doorbell">Rung at each arrival.</param>
/// <param name="Scope">Where received samples are put, and what they count against.</param>
/// <param name="Workers">How many producers come over it.</param>
/// <param name="LossIsFailure">Whether a producer that is gone does not come back.</param>
internal sealed record InletSetup(Doorbell Doorbell, StreamScope Scope, int Workers, bool LossIsFailure);
