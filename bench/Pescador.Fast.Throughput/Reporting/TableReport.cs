namespace Pescador.Fast.Throughput;

/// <summary>A line per workload, for people.</summary>
internal sealed class TableReport(TextWriter output, IReadOnlyList<Workload> workloads) : Report
{
    private static readonly string[] References =
        ["reference_gigabytes_per_second", "reference_step_milliseconds", "reference_samples_per_second"];

    private readonly int _nameWidth = workloads.Max(static workload => workload.Name.Length);
    private bool _hasHeader;

    internal override void Begin(Workload workload)
    {
        if (!_hasHeader)
        {
            _hasHeader = true;
            Line("workload", "median (min .. max)", "reference", "ratio", "allocated", "to reach");
            Line(Rule(_nameWidth), Rule(38), Rule(14), Rule(22), Rule(16), Rule(20));
        }
    }

    internal override void Write(Workload workload, Outcome outcome)
    {
        if (outcome.Failure is { } failure)
        {
            output.WriteLine($"{workload.Name.PadRight(_nameWidth)}  NOT VERIFIED: {failure}");
            return;
        }

        Line(
            workload.Name,
            Cell(outcome, workload.Headline),
            Reference(outcome),
            Cell(outcome, "ratio"),
            Allocated(outcome),
            string.Join("; ", workload.Targets.Select(target => $"{target}: {Verdict(target, outcome)}")));
    }

    private static string Reference(Outcome outcome) =>
        Array.Find(References, field => outcome.Find(field) is not null) is { } found && outcome.ValueOf(found) is { } value
            ? Quantity.Format(found, value)
            : "";

    private static string Verdict(Target target, Outcome outcome) => target.IsReachedBy(outcome) switch
    {
        true => "yes",
        false => $"NO ({Quantity.Number(outcome.ValueOf(target.Field)!.Value)})", // a verdict means there is a value
        null => "not measured",
    };

    private static string Allocated(Outcome outcome)
    {
        string field = outcome.Find("allocated_bytes_per_batch") is null ? "allocated_bytes_per_sample" : "allocated_bytes_per_batch";
        return outcome.ValueOf(field) is { } bytes ? Quantity.Format(field, bytes) : "";
    }

    private static string Cell(Outcome outcome, string field) =>
        outcome.Find(field) is { Figure: { } figure } ? Quantity.Format(field, figure) : "";

    private static string Rule(int width) => new('-', width);

    private void Line(string name, string headline, string reference, string ratio, string allocated, string targets) =>
        output.WriteLine(
            $"{name.PadRight(_nameWidth)}  {headline,-38}  {reference,-14}  {ratio,-22}  {allocated,-16}  {targets}".TrimEnd());
}
