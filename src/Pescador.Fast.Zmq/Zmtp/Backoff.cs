namespace Pescador.Fast;

/// <summary>How long to wait before trying again: twice as long each time, up to a limit, less up to a half by chance, so that those who lost the
/// same peer do not all come back at once.</summary>
internal sealed class Backoff(ZmqOptions options)
{
    private readonly Random _random = new();
    private TimeSpan _next = options.ReconnectDelay;

    internal TimeSpan Next()
    {
        TimeSpan delay = _next * (1 - (_random.NextDouble() / 2));
        _next = _next * 2 < options.LongestReconnectDelay ? _next * 2 : options.LongestReconnectDelay;
        return delay;
    }

    internal void Reset() => _next = options.ReconnectDelay;
}
