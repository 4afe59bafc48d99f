namespace Pescador.Fast;

/// <summary>A description of a stream that says what cannot be: the message names the member, what was expected and what was given.</summary>
internal sealed class DescriptionException(string message) : Exception(message);
