namespace Pescador.Fast;

/// <summary>Tells a full disk from other errors.</summary>
internal static class DiskFull
{
    /// <summary>Whether there was no room: the disk is full, or the user's quota, or the file is longer than is allowed.</summary>
    internal static bool IsReason(IOException error) => OperatingSystem.IsWindows()
        ? (error.HResult & 0xFFFF) is 0x70 or 0x27 // ERROR_DISK_FULL, ERROR_HANDLE_DISK_FULL
        : error.HResult is 27 or 28 or 69 or 122; // EFBIG, ENOSPC, EDQUOT of macOS and of Linux

    /// <summary>The error that says what was needed.</summary>
    internal static IOException Error(string folder, long neededInBytes, long writtenInBytes, IOException cause) => new(
        $"The disk of '{folder}' is full: {ByteText.Of(neededInBytes)} are needed, and {ByteText.Of(writtenInBytes)} were written before there was no "
        + "more room; these are removed again. Make room, or choose a folder on another disk.",
        cause)
    {
        HResult = cause.HResult,
    };
}
