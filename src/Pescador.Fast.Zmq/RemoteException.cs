using System.Diagnostics.CodeAnalysis;

namespace Pescador.Fast;

/// <summary>A stream failed where it ran: in a worker, or on another host. What its own error said is here as text.</summary>
[SuppressMessage("Design", "CA1032", Justification = "Made here only, of what a worker sent.")]
public sealed class RemoteException : PescadorException
{
    internal RemoteException(string worker, string type, string message, string stack)
        : base($"{worker} failed with {type}: {message}")
    {
        RemoteType = type;
        RemoteMessage = message;
        RemoteStackTrace = stack;
    }

    /// <summary>The full name of the exception's type; never loaded.</summary>
    public string RemoteType { get; }

    /// <summary>Its message.</summary>
    public string RemoteMessage { get; }

    /// <summary>Where it was thrown there, inner exceptions included; empty when unknown.</summary>
    public string RemoteStackTrace { get; }

    /// <summary>With the worker's own stack below.</summary>
    public override string ToString() =>
        RemoteStackTrace.Length == 0 ? base.ToString() : $"{base.ToString()}{Environment.NewLine}--- in the worker ---{Environment.NewLine}{RemoteStackTrace}";
}
