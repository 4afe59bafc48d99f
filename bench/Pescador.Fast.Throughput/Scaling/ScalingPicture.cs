namespace Pescador.Fast.Throughput;

internal static class ScalingPicture
{
    internal static string Draw(IReadOnlyList<(Workload Workload, Outcome Outcome)> outcomes) => "" + outcomes.Count;
}
