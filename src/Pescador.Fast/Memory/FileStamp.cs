namespace Pescador.Fast;

/// <summary>Tells whether a path still leads to the file it led to, with the same length and content: asked whenever a source that is still open
/// is used again, so nothing is allocated for it on Linux.</summary>
internal readonly struct FileStamp
{
    private readonly string _path;
    private readonly byte[]? _encodedPath; // on Linux
    private readonly FileFacts _facts;

    internal FileStamp(string path, byte[]? encodedPath, FileFacts facts)
    {
        _path = path;
        _encodedPath = encodedPath;
        _facts = facts;
    }

    /// <summary>The file's length when the stamp was taken, in bytes.</summary>
    internal long Length => _facts.Length;

    /// <summary>Whether the file is there and unchanged.</summary>
    internal bool IsCurrent() => TryRead(_path, _encodedPath, out FileFacts now) && now == _facts;

    /// <summary>The file's present length; null when it is not there.</summary>
    internal long? LengthNow() => TryRead(_path, _encodedPath, out FileFacts now) ? now.Length : null;

    /// <summary>What there is at a path.</summary>
    internal static bool TryRead(string path, byte[]? encodedPath, out FileFacts facts)
    {
        if (encodedPath is not null)
        {
            return LinuxFile.TryRead(encodedPath, out facts);
        }

        var file = new FileInfo(path);
        facts = file.Exists ? new FileFacts(file.Length, 0, file.LastWriteTimeUtc.Ticks, 0, IsRegular: true) : default;
        return file.Exists;
    }
}
