namespace Pescador.Fast;

/// <summary>What tells whether a file is still the same.</summary>
/// <param name="Length">In bytes.</param>
/// <param name="Number">Of the file in its file system; 0 where there is none.</param>
/// <param name="ChangedSeconds">When its content was changed last.</param>
/// <param name="ChangedNanoseconds">The rest of that.</param>
/// <param name="IsRegular">Whether it is a regular file.</param>
internal readonly record struct FileFacts(long Length, ulong Number, long ChangedSeconds, uint ChangedNanoseconds, bool IsRegular);
