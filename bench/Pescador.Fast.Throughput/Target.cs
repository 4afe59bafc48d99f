namespace Pescador.Fast.Throughput;

/// <summary>What a field is to reach.</summary>
internal sealed record Target(string Field, double Bound, bool IsUpperBound)
{
    // "0 bytes a sample" means none in the steady state; a stream that is open twice at once for the first time in millions of samples is none.
    private const double Nothing = 0.005;

    internal static Target AtLeast(string field, double bound) => new(field, bound, IsUpperBound: false);

    internal static Target AtMost(string field, double bound) => new(field, bound, IsUpperBound: true);

    /// <summary>Whether it is reached; null where the field was not measured.</summary>
    internal bool? IsReachedBy(Outcome outcome) => outcome.ValueOf(Field) is not { } value ? null
        : IsUpperBound ? value <= Math.Max(Bound, Nothing) : value >= Bound;

    public override string ToString() => $"{(IsUpperBound ? "≤" : "≥")} {Quantity.Format(Field, Bound)}";
}
