using System.Diagnostics.CodeAnalysis;

namespace Pescador.Fast;

/// <summary>The connection ended, or was cut, where something was still to come. It may be made anew.</summary>
[SuppressMessage("Design", "CA1032", Justification = "Made here only, always with a message.")]
[SuppressMessage("Design", "CA1064", Justification = "Callers see a PescadorException.")]
internal sealed class LinkLostException(string message, Exception? inner = null) : PescadorException(message, inner!);
