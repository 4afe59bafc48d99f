namespace Pescador.Fast.Throughput;

/// <summary>What a field is to reach.</summary>
internal sealed record Target(string Field, double Bound, bool IsUpperBound)
{
    // "0 bytes" means none per sample. A few in ten thousand samples are not per sample: a streamer is open more often at once than
    // ever before, and its new activation stays for the next time.
    private const double Nothing = 0.005;

    internal static Target AtLeast(string field, double bound) => new(field, bound, IsUpperBound: false);

    internal static Target AtMost(string field, double bound) => new(field, bound, IsUpperBound: true);

    /// <summary>Whether it is reached; null where the field was not measured.</summary>
    internal bool? IsReachedBy(Outcome outcome) => outcome.ValueOf(Field) is not { } value ? null
        : IsUpperBound ? value <= Math.Max(Bound, Nothing) : value >= Bound;

    public override string ToString() =>
        $"{(Field == "ratio" ? "ratio " : "")}{(IsUpperBound ? "≤" : "≥")} {Quantity.Format(Field, Bound)}";
}
