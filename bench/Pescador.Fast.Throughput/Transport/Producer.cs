namespace Pescador.Fast.Throughput;

/// <summary>Sends without an end.</summary>
internal abstract class Producer : IDisposable
{
    private protected long Sent;

    /// <summary>How many samples it has made, or a glimpse of it from another thread.</summary>
    internal long Samples => Volatile.Read(ref Sent);

    /// <summary>Sends until it is stopped.</summary>
    /// <param name="path">Of its socket; null for tcp.</param>
    /// <param name="tell">Told the endpoint once it is bound.</param>
    /// <param name="stop">Ends it, well or by an exception.</param>
    internal abstract void Run(string? path, Action<string> tell, CancellationToken stop);

    public abstract void Dispose();
}
