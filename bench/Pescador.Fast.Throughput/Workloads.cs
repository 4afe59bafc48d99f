namespace Pescador.Fast.Throughput;

/// <summary>All workloads there are.</summary>
internal static class Workloads
{
    /// <summary>Those that run when none is named.</summary>
    internal static IReadOnlyList<Workload> Main { get; } =
    [
        .. MuxWorkloads.All,
        .. BufferWorkloads.All,
        .. FirstSampleWorkloads.All,
        .. FileWorkloads.All,
        .. TrainingWorkloads.All,
        .. HandOffWorkloads.All,
        .. TransportWorkloads.All,
    ];

    /// <summary>Those that show how the cost grows with the work.</summary>
    internal static IReadOnlyList<Workload> Scaling { get; } = [.. ScalingWorkloads.All];

    /// <summary>Those that show what each format of files costs.</summary>
    internal static IReadOnlyList<Workload> Formats { get; } = [.. FormatWorkloads.All];
}
