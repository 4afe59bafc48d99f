namespace Pescador.Fast.Cli.Demo;

/// <summary>A new folder that is removed with all that is in it; or one that was asked for, which stays once it is complete.</summary>
internal sealed class TemporaryFolder : IDisposable
{
    private readonly bool _isAskedFor;
    private readonly bool _wasThere;
    private bool _isKept;

    /// <summary>Makes a folder.</summary>
    /// <param name="path">One to keep; null for a temporary one.</param>
    /// <exception cref="PescadorException">It is there and not empty.</exception>
    internal TemporaryFolder(string? path)
    {
        _isAskedFor = path is not null;
        _wasThere = path is not null && Directory.Exists(path);
        if (path is not null && _wasThere && Directory.EnumerateFileSystemEntries(path).Any())
        {
            throw new PescadorException($"The folder '{path}' is not empty. Name one that is, or one that is not there yet.");
        }

        Path = path is null ? Directory.CreateTempSubdirectory("pescador-demo-").FullName : Directory.CreateDirectory(path).FullName;
    }

    internal string Path { get; }

    /// <summary>Refuses work for which the disk has no room.</summary>
    /// <exception cref="PescadorException">It has not.</exception>
    internal void Require(long bytes)
    {
        long free;
        try
        {
            free = new DriveInfo(Path).AvailableFreeSpace;
        }
        catch (Exception error) when (error is IOException or ArgumentException or UnauthorizedAccessException)
        {
            return; // the system does not say; writing will
        }

        if (free < bytes)
        {
            throw new PescadorException(
                $"{Running.ByteSize.Show(bytes)} are needed in '{Path}', but only {Running.ByteSize.Show(free)} are free there. "
                + "Name a folder on another disk with --folder, or a smaller --corpus.");
        }
    }

    /// <summary>What is in it is complete: from now on a folder that was asked for stays.</summary>
    internal void Complete() => _isKept = _isAskedFor;

    public void Dispose()
    {
        if (_isKept)
        {
            return;
        }

        Directory.Delete(Path, recursive: true);
        if (_wasThere)
        {
            Directory.CreateDirectory(Path); // as it was: empty
        }
    }
}
