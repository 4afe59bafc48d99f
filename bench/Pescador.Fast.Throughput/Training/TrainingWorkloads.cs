namespace Pescador.Fast.Throughput;

/// <summary>What streaming costs a trainer: epochs out of files against memory and against PyTorch's DataLoader, and handing a batch over.</summary>
internal static class TrainingWorkloads
{
    private const int Hidden = 512;

    internal static IEnumerable<Workload> All =>
    [
        Epoch("train-linear", "a linear classifier", 64, static () => new LinearModel()),
        Epoch("train-torch", "a perceptron 128-512-10 in libtorch", 16, static () => new TorchPerceptron(Hidden)) with
        {
            Missing = static () => TorchRuntime.Missing,
        },
        Epoch("train-onnx", "a perceptron 128-512-10 in ONNX Runtime", 16, static () => new OnnxPerceptron(Hidden)) with
        {
            Missing = static () => OnnxRuntime.Missing,
        },
        new(
            "train-torch-dataloader",
            $"an epoch of a perceptron 128-{DataLoaderTraining.Hidden}-10 out of files, to one through PyTorch's DataLoader",
            "samples_per_second",
            DataLoaderTraining.Run)
        {
            Targets = [Target.AtLeast("ratio", 1.5)],
            Missing = static () => DataLoaderTraining.Missing,
        },
        new("handover-torch", "a libtorch tensor over a batch of float32[128,64,64], made and released", "microseconds", Handover.Run)
        {
            Targets = [Target.AtMost("microseconds", 2), Target.AtMost("allocated_bytes_per_handover", 64)],
            Missing = static () => TorchRuntime.Missing,
        },
    ];

    private static Workload Epoch(string name, string what, int files, Func<EpochModel> makeModel) =>
        new(
            name,
            $"an epoch of {what} streamed out of core, Prefetch, to the same batches in memory (ratio of times)",
            "ratio",
            measure => EpochTraining.Run(measure, files, makeModel))
        {
            Targets = [Target.AtMost("ratio", 1.05)],
        };
}
