namespace Pescador.Fast.Throughput;

/// <summary>What was delivered is not what had to be.</summary>
internal sealed class VerificationException(string message) : Exception(message);
