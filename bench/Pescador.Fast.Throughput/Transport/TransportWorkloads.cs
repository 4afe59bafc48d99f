namespace Pescador.Fast.Throughput;

/// <summary>Samples from another process: over sockets against libzmq, and through shared memory against sockets.</summary>
internal static class TransportWorkloads
{
    private const long K16 = 16 << 10;
    private const long M2 = 2 << 20;
    private const long M19 = 32 * 3 * 224 * 224 * sizeof(float);

    internal static IEnumerable<Workload> All =>
    [
        OfSockets("tcp", "16k", K16, 2),
        OfSockets("tcp", "2m", M2, 0.95),
        OfSockets("tcp", "19m", M19, 0.8),
        OfSockets("ipc", "16k", K16, 3),
        OfSockets("ipc", "2m", M2, 1),
        OfSockets("ipc", "19m", M19, 1),
        OfSharedMemory("2m", M2),
        OfSharedMemory("19m", M19),
        new(
            "shm-handoff",
            "slabs of 2 MiB in shared memory, one line written and read, from another process",
            "slots_per_second",
            new TransportRecipe("shm", M2, Filling.OneLine).Report)
        {
            Targets = [Target.AtLeast("slots_per_second", 150_000), .. NoBytes],
        },
    ];

    private static Target[] NoBytes =>
        [Target.AtMost("allocated_bytes_per_sample", 0), Target.AtMost("producer_allocated_bytes_per_sample", 0)];

    private static Workload OfSockets(string scheme, string size, long lengthInBytes, double ratio) =>
        new(
            $"zmq-{scheme}-{size}",
            $"float32[{lengthInBytes / sizeof(float)}] written once, over {scheme} from another process",
            "gigabytes_per_second",
            new TransportRecipe(scheme, lengthInBytes).Report)
        {
            Targets = [Target.AtLeast("ratio", ratio), .. NoBytes],
        };

    private static Workload OfSharedMemory(string size, long lengthInBytes) =>
        new(
            $"shm-{size}",
            $"float32[{lengthInBytes / sizeof(float)}] in shared memory, all written and read, from another process",
            "gigabytes_per_second",
            new TransportRecipe("shm", lengthInBytes, Filling.Whole).Report)
        {
            Targets = [Target.AtLeast("ratio", 1.5), .. NoBytes],
        };
}
