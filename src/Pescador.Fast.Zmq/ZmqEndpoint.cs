namespace Pescador.Fast;

/// <summary>An endpoint that was parsed.</summary>
internal sealed record ZmqEndpoint(ZmqScheme Scheme, string Address, int FirstPort, int LastPort)
{
    /// <summary>Reads an endpoint.</summary>
    /// <exception cref="ArgumentException">It cannot be read; the message says what is there and what could be.</exception>
    internal static ZmqEndpoint Parse(string text) => throw new NotImplementedException(text);
}
