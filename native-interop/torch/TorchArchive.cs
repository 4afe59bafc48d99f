namespace Pescador.Fast;

/// <summary>Files that libtorch writes and reads.</summary>
internal static class TorchArchive
{
    /// <summary>Has one written, which stands under its name once it is complete.</summary>
    /// <param name="path">Of the file.</param>
    /// <param name="save">The call, given the path to write to.</param>
    /// <exception cref="PescadorException">libtorch cannot write it; with its own words.</exception>
    internal static void Write(string path, Func<string, int> save) => WholeFile.Write(path, part =>
    {
        if (save(part) != 0)
        {
            throw new PescadorException($"'{path}' could not be written: libtorch: {TorchCalls.LastMessage()}");
        }
    });

    /// <summary>Has one read.</summary>
    /// <param name="path">Of the file.</param>
    /// <param name="what">It should have, for messages.</param>
    /// <param name="load">The call, given the path.</param>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="DataException">It is damaged, or has something else.</exception>
    internal static void Read(string path, string what, Func<string, int> load)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        if (!File.Exists(path))
        {
            throw new FileNotFoundException($"There is no file '{path}' to take {what} from.", path);
        }

        try
        {
            TorchArchiveChecksums.Check(path);
        }
        catch (DataException error)
        {
            throw new DataException($"'{path}' has no {what}: it is damaged, or no archive of libtorch: {error.Reason}", error);
        }

        if (load(path) != 0)
        {
            throw new DataException($"'{path}' has no {what}: libtorch: {TorchCalls.LastMessage()}");
        }
    }
}
