namespace Pescador.Fast.Throughput;

/// <summary>What a workload has to report: fields in the order in which they are printed.</summary>
internal sealed class Outcome
{
    private readonly List<OutcomeField> _fields = [];

    internal IReadOnlyList<OutcomeField> Fields => _fields;

    /// <summary>What was found wrong; null when the run is verified.</summary>
    internal string? Failure { get; private init; }

    internal bool IsVerified => Failure is null;

    internal static Outcome Failed(string failure) => new() { Failure = failure };

    internal Outcome Add(string name, Figure figure) => Add(new OutcomeField(name, figure, null, null));

    internal Outcome Add(string name, double number) => Add(new OutcomeField(name, null, number, null));

    internal Outcome Add(string name, string text) => Add(new OutcomeField(name, null, null, text));

    /// <summary>Adds how the measuring went.</summary>
    internal Outcome AddConduct(Rounds rounds)
    {
        Add("rounds", rounds.Subject.Length);
        Add("warm_up_seconds", rounds.WarmUp.TotalSeconds);
        return rounds.IsStable ? this : Add("warm_up", "ended by its bound, not by stable figures");
    }

    internal OutcomeField? Find(string name) => _fields.Find(field => field.Name == name);

    internal double? ValueOf(string name) => Find(name) is { } field ? field.Figure?.Median ?? field.Number : null;

    private Outcome Add(OutcomeField field)
    {
        _fields.Add(field);
        return this;
    }
}
