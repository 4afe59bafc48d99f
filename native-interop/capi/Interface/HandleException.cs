namespace Pescador.Fast;

/// <summary>A number that stands for no stream or batch that there is; the message says what it was.</summary>
internal sealed class HandleException(string message) : Exception(message);
