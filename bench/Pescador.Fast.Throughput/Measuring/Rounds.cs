namespace Pescador.Fast.Throughput;

/// <summary>What was measured, round by round.</summary>
/// <param name="Subject">Units per second in each round.</param>
/// <param name="Reference">The same of what it was interleaved with; empty without.</param>
/// <param name="AllocatedBytesPerUnit">Managed bytes that the subject allocated in all rounds, per unit.</param>
/// <param name="WarmUp">How long the warm-up lasted.</param>
/// <param name="IsStable">Whether it ended because the figures had become stable, not because of its bound.</param>
internal sealed record Rounds(double[] Subject, double[] Reference, double AllocatedBytesPerUnit, TimeSpan WarmUp, bool IsStable)
{
    /// <summary>A figure made of each round's units per second.</summary>
    internal Figure Of(Func<double, double> figure) => Figure.Of(Subject.Select(figure));

    internal Figure OfReference(Func<double, double> figure) => Figure.Of(Reference.Select(figure));

    /// <summary>Subject to reference, each round by itself: what slows both does not count.</summary>
    internal Figure Ratio => Figure.Of(Subject.Zip(Reference, static (subject, reference) => subject / reference));
}
