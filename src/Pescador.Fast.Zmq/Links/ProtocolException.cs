using System.Diagnostics.CodeAnalysis;

namespace Pescador.Fast;

/// <summary>A peer sent what the protocol, or a limit, does not allow; the message says where, what was expected and what came.</summary>
[SuppressMessage("Design", "CA1032", Justification = "Made here only, always with a message.")]
[SuppressMessage("Design", "CA1064", Justification = "Callers see a PescadorException.")]
internal sealed class ProtocolException(string message, Exception? inner = null) : PescadorException(message, inner!);
