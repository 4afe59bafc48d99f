namespace Pescador.Fast;

/// <summary>A member of a ZIP file, as its central directory and its own header describe it; both agree and lie in the file.</summary>
/// <param name="Name">Its name.</param>
/// <param name="IsDeflated">Or else stored as it is.</param>
/// <param name="OffsetInBytes">Of its content in the file.</param>
/// <param name="CompressedLengthInBytes">Of its content in the file.</param>
/// <param name="LengthInBytes">Inflated.</param>
/// <param name="Crc32">Of the inflated content.</param>
internal sealed record ZipMember(
    string Name, bool IsDeflated, long OffsetInBytes, long CompressedLengthInBytes, long LengthInBytes, uint Crc32);
