using System.Text;

namespace Pescador.Fast;

/// <summary>What a peer sent, to be read by people.</summary>
internal static class PeerText
{
    private const int Longest = 256;

    /// <summary>Printable ASCII as it is, anything else in hexadecimal; cut after 256 bytes.</summary>
    internal static string Of(ReadOnlySpan<byte> bytes)
    {
        ReadOnlySpan<byte> shown = bytes.Length > Longest ? bytes[..Longest] : bytes;
        return shown.ContainsAnyExceptInRange((byte)' ', (byte)'~') ? Convert.ToHexString(shown) : Encoding.ASCII.GetString(shown);
    }
}
