namespace Pescador.Fast;

/// <summary>What the link to one worker has done in a run. Read while it works it is a glimpse, not a balance.</summary>
/// <param name="Worker">Which one: its number, or the name of the peer.</param>
/// <param name="Samples">Samples received.</param>
/// <param name="Bytes">Their bytes.</param>
/// <param name="ProducerWait">How long the worker waited for room, as it last told.</param>
/// <param name="Ready">Samples that are ready now.</param>
/// <param name="Reconnects">How often its connection was made anew.</param>
/// <param name="Restarts">How often its process was started anew.</param>
public readonly record struct ZmqWorkerCounters(
    string Worker, long Samples, long Bytes, TimeSpan ProducerWait, int Ready, long Reconnects, int Restarts);
