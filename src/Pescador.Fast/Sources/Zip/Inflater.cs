using System.IO.Compression;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Pescador.Fast;

/// <summary>Inflates deflated members of ZIP files straight to where they are wanted, and checks their length and checksum.</summary>
internal static class Inflater
{
    private const int PartLength = 1 << 30;
    private const int RestLength = 1 << 13;

    /// <summary>Inflates a whole member once.</summary>
    /// <param name="file">The file that holds it.</param>
    /// <param name="member">A deflated one.</param>
    /// <param name="destination">Room for <paramref name="length"/> bytes.</param>
    /// <param name="skip">How many bytes of the member are passed over before.</param>
    /// <param name="length">How many bytes are wanted; what follows is inflated too, for the checksum, and passed over.</param>
    /// <exception cref="DataException">The member is damaged, or does not have its length or checksum.</exception>
    internal static void Inflate(FileMapping file, ZipMember member, TensorBlock destination, long skip, long length)
    {
        var place = new SourcePlace(file.Name, null, $"member '{member.Name}'");
        if (skip < 0 || length < 0 || skip > member.LengthInBytes || length > member.LengthInBytes - skip)
        {
            throw place.Error($"{length} bytes from byte {skip} on are wanted, but it has {member.LengthInBytes} inflated");
        }

        using GZipStream content = GzipFrame.InflateMember(file, member);
        try
        {
            long inflated = Pass(content, skip);
            while (inflated >= skip && inflated < skip + length)
            {
                nint done = (nint)(inflated - skip);
                Span<byte> part = MemoryMarshal.CreateSpan(
                    ref Unsafe.AddByteOffset(ref destination.Reference(0), done), (int)Math.Min(PartLength, length - done));
                int read = content.ReadAtLeast(part, part.Length, throwOnEndOfStream: false);
                inflated += read;
                if (read < part.Length)
                {
                    break;
                }
            }

            inflated += inflated < skip + length ? 0 : Pass(content, member.LengthInBytes - inflated);
            Finish(content, member, inflated, place);
        }
        catch (InvalidDataException error)
        {
            throw place.Error("its deflated data is damaged, or has another checksum or length than the archive says", error);
        }
    }

    /// <summary>Inflates the beginning of a member, unchecked.</summary>
    /// <returns>How many bytes there are, at most as many as <paramref name="start"/> has room for.</returns>
    /// <exception cref="DataException">The member is damaged.</exception>
    internal static int InflateStart(FileMapping file, ZipMember member, Span<byte> start)
    {
        using GZipStream content = GzipFrame.InflateMember(file, member);
        try
        {
            return content.ReadAtLeast(start, start.Length, throwOnEndOfStream: false);
        }
        catch (InvalidDataException error)
        {
            throw new SourcePlace(file.Name, null, $"member '{member.Name}'").Error("its deflated data is damaged", error);
        }
    }

    private static void Finish(Stream content, ZipMember member, long inflated, SourcePlace place)
    {
        if (inflated != member.LengthInBytes)
        {
            throw place.Error($"it should inflate to {member.LengthInBytes} bytes, but there are only {inflated}");
        }

        Span<byte> end = stackalloc byte[GzipFrame.EndMark.Length + 1];
        end = end[..content.ReadAtLeast(end, end.Length, throwOnEndOfStream: false)];
        if (!end.SequenceEqual(GzipFrame.EndMark))
        {
            throw place.Error($"it should inflate to {member.LengthInBytes} bytes, but {(end.IsEmpty ? "its end is missing" : "there are more")}");
        }
    }

    private static long Pass(Stream content, long length)
    {
        Span<byte> rest = stackalloc byte[RestLength];
        long passed = 0;
        while (passed < length)
        {
            int read = content.Read(rest[..(int)Math.Min(RestLength, length - passed)]);
            if (read == 0)
            {
                break;
            }

            passed += read;
        }

        return passed;
    }
}
