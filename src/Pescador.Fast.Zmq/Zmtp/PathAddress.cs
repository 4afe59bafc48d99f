using System.Net.Sockets;

namespace Pescador.Fast;

/// <summary>The socket at a path: its address, and what is left there by those who died.</summary>
internal static class PathAddress
{
    /// <summary>A socket for paths.</summary>
    internal static Socket MakeSocket(SocketType type = SocketType.Stream) => new(AddressFamily.Unix, type, ProtocolType.Unspecified);

    /// <summary>The address of an ipc or shm endpoint; an abstract one begins with a zero.</summary>
    internal static UnixDomainSocketEndPoint Of(ZmqEndpoint endpoint) =>
        new(endpoint.IsAbstract ? $"\0{endpoint.Address[1..]}" : endpoint.Address);

    /// <summary>Lets only this user connect.</summary>
    internal static void Protect(string path)
    {
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        }
    }

    /// <summary>Deletes the path where a binder died; only what is a socket, and what nobody listens at.</summary>
    /// <exception cref="PescadorException">It is in use, or no socket.</exception>
    internal static void ClearStale(ZmqEndpoint endpoint, SocketType type)
    {
        string path = endpoint.Address;
        if (!OperatingSystem.IsLinux() || LinuxCalls.Look(path) is not { } found)
        {
            return; // elsewhere nothing tells a socket from a file, so nothing is deleted
        }

        if (!found.IsSocket)
        {
            throw new PescadorException($"The endpoint '{endpoint}' cannot be bound: there is something else than a socket at that path.");
        }

        using Socket probe = MakeSocket(type);
        try
        {
            probe.SendTimeout = 1000;
            LinuxCalls.Connect(probe, Of(endpoint));
        }
        catch (SocketException error) when (error.SocketErrorCode == SocketError.ConnectionRefused)
        {
            if (LinuxCalls.Look(path)?.Number == found.Number)
            {
                File.Delete(path);
            }

            return;
        }
        catch (SocketException error) when (error.SocketErrorCode != SocketError.TimedOut)
        {
            throw new PescadorException($"The endpoint '{endpoint}' cannot be bound: {error.Message}.", error);
        }

        throw new PescadorException($"The endpoint '{endpoint}' cannot be bound: it is in use by another process, or by this one.");
    }
}
