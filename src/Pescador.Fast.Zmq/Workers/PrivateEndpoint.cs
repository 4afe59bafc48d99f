using System.Security.Cryptography;

namespace Pescador.Fast;

/// <summary>Endpoints that nobody else guesses, for a process and its own workers.</summary>
internal static class PrivateEndpoint
{
    /// <summary>One that is not in use. Nothing of it is left on disk however its users end, where the platform has abstract sockets.</summary>
    internal static ZmqEndpoint Of(ZmqScheme scheme)
    {
        string name = $"pescador-{RandomNumberGenerator.GetHexString(32, lowercase: true)}";
        string socket = OperatingSystem.IsLinux() ? $"@{name}" : Path.Combine(Path.GetTempPath(), name);
        return ZmqEndpoint.Parse(scheme switch
        {
            ZmqScheme.Inproc => $"inproc://{name}",
            ZmqScheme.Ipc => $"ipc://{socket}",
            ZmqScheme.Shm => $"shm://{socket}",
            _ => "tcp://127.0.0.1:0",
        });
    }
}
