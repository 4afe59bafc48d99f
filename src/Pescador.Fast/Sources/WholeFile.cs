namespace Pescador.Fast;

/// <summary>Files that stand under their names once they are complete.</summary>
internal static class WholeFile
{
    /// <summary>Has a file written beside the path, and gives it the path's name; what was there is replaced. Where writing fails nothing is left behind.</summary>
    /// <param name="path">Where the file is to stand.</param>
    /// <param name="write">Writes the file whose path it is given.</param>
    /// <exception cref="ArgumentException">The path is empty or has a zero character.</exception>
    /// <exception cref="IOException">What is there is no regular file.</exception>
    internal static void Write(string path, Action<string> write)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        if (path.Contains('\0'))
        {
            throw new ArgumentException("A path has no zero character: native code would write to what precedes it.", nameof(path));
        }

        // Renamed over /dev/null, a file would be in the way of every program of the machine.
        if (OperatingSystem.IsLinux() && LinuxFile.TryRead(LinuxFile.Encode(path), out FileFacts there) && !there.IsRegular)
        {
            throw new IOException($"'{path}' is a folder, a device or a pipe: no file can take its place.");
        }

        string part = path + ".part";
        try
        {
            write(part);
            File.Move(part, path, overwrite: true);
        }
        catch
        {
            if (File.Exists(part)) // or else its folder may not exist either, which Delete would throw for
            {
                File.Delete(part);
            }

            throw;
        }
    }
}
