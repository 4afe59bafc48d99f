namespace Pescador.Fast.Throughput;

/// <summary>Prints outcomes, each as soon as it is there.</summary>
internal abstract class Report
{
    internal static Report Create(bool isJson, IReadOnlyList<Workload> workloads) =>
        isJson ? new JsonReport(Console.OpenStandardOutput()) : new TableReport(Console.Out, workloads);

    internal abstract void Begin(Workload workload);

    internal abstract void Write(Workload workload, Outcome outcome);
}
