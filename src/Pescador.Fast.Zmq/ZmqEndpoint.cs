using System.Globalization;
using System.Net;
using System.Text;

namespace Pescador.Fast;

/// <summary>An endpoint that was parsed.</summary>
/// <param name="Scheme">Over what it is reached.</param>
/// <param name="Address">With tcp the host: a name, an address without brackets, or <c>*</c>; otherwise the path or name, an abstract one with its
/// <c>@</c>.</param>
/// <param name="FirstPort">With tcp, 0 to 65535, where 0 is any free one; otherwise 0.</param>
/// <param name="LastPort">The end of the range, included; equal to the first where there is none.</param>
internal sealed record ZmqEndpoint(ZmqScheme Scheme, string Address, int FirstPort, int LastPort)
{
    private const string AllInterfaces = "*";
    private const string Loopback = "127.0.0.1";
    private const string Forms = "tcp://HOST:PORT, tcp://HOST:FIRST-LAST, tcp://*:PORT, tcp://:PORT, ipc://PATH, ipc://@NAME, inproc://NAME, shm://PATH";
    private const string SchemeEnd = "://";

    /// <summary>The longest path of a socket, in bytes: sun_path, less the zero at its end.</summary>
    internal static int MaxPathBytes { get; } = OperatingSystem.IsMacOS() || OperatingSystem.IsFreeBSD() ? 103 : 107;

    /// <summary>Whether it is a name that is no file.</summary>
    internal bool IsAbstract => Scheme is ZmqScheme.Ipc or ZmqScheme.Shm && Address[0] == '@';

    /// <summary>Whether it names every interface of this host.</summary>
    internal bool IsEverywhere => Scheme == ZmqScheme.Tcp && Address == AllInterfaces;

    /// <summary>Reads an endpoint.</summary>
    /// <exception cref="ArgumentException">It cannot be read; the message says what is there and what could be.</exception>
    internal static ZmqEndpoint Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        int schemeLength = text.IndexOf(SchemeEnd, StringComparison.Ordinal);
        if (schemeLength < 0)
        {
            throw Wrong(text, "it has no scheme");
        }

        string rest = text[(schemeLength + SchemeEnd.Length)..];
        return text[..schemeLength] switch
        {
            "tcp" => ParseTcp(text, rest),
            "ipc" => ParsePath(text, ZmqScheme.Ipc, rest),
            "shm" => ParsePath(text, ZmqScheme.Shm, rest),
            "inproc" when rest.Length == 0 => throw Wrong(text, "its name is empty"),
            "inproc" => new ZmqEndpoint(ZmqScheme.Inproc, rest, 0, 0),
            string scheme => throw Wrong(text, $"the scheme '{scheme}' is unknown; tcp, ipc, inproc and shm are known"),
        };
    }

    /// <summary>Refuses what can only be bound.</summary>
    /// <exception cref="ArgumentException">It names no single peer.</exception>
    internal void CheckConnectable()
    {
        if (IsEverywhere)
        {
            throw Wrong(ToString(), "'*' can only be bound; connecting needs a host");
        }

        if (Scheme == ZmqScheme.Tcp && (FirstPort == 0 || FirstPort != LastPort))
        {
            throw Wrong(ToString(), "a range of ports, or port 0, can only be bound; connecting needs the port that was bound");
        }
    }

    /// <summary>As it can be parsed again.</summary>
    public override string ToString()
    {
        if (Scheme != ZmqScheme.Tcp)
        {
            string scheme = Scheme switch { ZmqScheme.Ipc => "ipc", ZmqScheme.Shm => "shm", _ => "inproc" };
            return $"{scheme}{SchemeEnd}{Address}";
        }

        string host = Address.Contains(':', StringComparison.Ordinal) ? $"[{Address}]" : Address;
        return FirstPort == LastPort ? $"tcp://{host}:{FirstPort}" : $"tcp://{host}:{FirstPort}-{LastPort}";
    }

    private static ZmqEndpoint ParseTcp(string text, string rest)
    {
        int colon = rest.LastIndexOf(':');
        if (colon < 0 || rest.EndsWith(']'))
        {
            throw Wrong(text, "it has no port");
        }

        string host = ParseHost(text, rest[..colon]);
        string ports = rest[(colon + 1)..];
        int dash = ports.IndexOf('-', StringComparison.Ordinal);
        if (dash < 0)
        {
            int port = ports == "*" ? 0 : ParsePort(text, ports, least: 0);
            return new ZmqEndpoint(ZmqScheme.Tcp, host, port, port);
        }

        int first = ParsePort(text, ports[..dash], least: 1);
        int last = ParsePort(text, ports[(dash + 1)..], least: 1);
        return first <= last
            ? new ZmqEndpoint(ZmqScheme.Tcp, host, first, last)
            : throw Wrong(text, $"its range of ports ends at {last}, before it begins at {first}");
    }

    private static string ParseHost(string text, string host)
    {
        if (host.Length == 0)
        {
            return Loopback;
        }

        if (host[0] == '[')
        {
            return host[^1] == ']' && IPAddress.TryParse(host[1..^1], out IPAddress? address) && host.Contains(':', StringComparison.Ordinal)
                ? address.ToString()
                : throw Wrong(text, $"'{host}' is no IPv6 address in brackets");
        }

        if (host.Contains(':', StringComparison.Ordinal))
        {
            throw Wrong(text, $"its host '{host}' has a colon; an IPv6 address stands in brackets");
        }

        bool isName = host.All(letter => char.IsAsciiLetterOrDigit(letter) || letter is '-' or '.' or '_');
        return isName || host == AllInterfaces ? host : throw Wrong(text, $"'{host}' is no host's name");
    }

    private static int ParsePort(string text, string port, int least) =>
        int.TryParse(port, NumberStyles.None, CultureInfo.InvariantCulture, out int number) && number >= least && number <= IPEndPoint.MaxPort
            ? number
            : throw Wrong(text, $"'{port}' is no port; ports go from {least} to {IPEndPoint.MaxPort}");

    private static ZmqEndpoint ParsePath(string text, ZmqScheme scheme, string path)
    {
        if (path.Length == 0 || path == "@")
        {
            throw Wrong(text, "its path is empty");
        }

        if (path.Contains('\0', StringComparison.Ordinal))
        {
            throw Wrong(text, "its path has a zero in it");
        }

        if (path[0] == '@' && (!OperatingSystem.IsLinux()))
        {
            throw Wrong(text, "abstract names, with an @, are for Linux only");
        }

        int length = Encoding.UTF8.GetByteCount(path);
        return length <= MaxPathBytes
            ? new ZmqEndpoint(scheme, path, 0, 0)
            : throw Wrong(text, $"its path has {length} bytes; a socket's path may have {MaxPathBytes} here");
    }

    private static ArgumentException Wrong(string text, string what) => new($"The endpoint '{text}' cannot be used: {what}. It may be one of {Forms}.");
}
