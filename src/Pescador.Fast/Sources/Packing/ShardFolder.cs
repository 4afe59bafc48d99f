using System.Globalization;

namespace Pescador.Fast;

/// <summary>
/// The folder that shards are written to. None of them has its final name before all are complete, so that whoever finds shards finds all of them;
/// what was not completed is removed. Disposed by the packer.
/// </summary>
internal sealed class ShardFolder : IDisposable
{
    private const string Shards = "shard-*";
    private static readonly string[] ShardEnds = [".npy", ".safetensors"];

    private readonly List<string> _complete = []; // still called NAME.part
    private readonly bool _isNew;
    private bool _isPublished;

    /// <summary>Makes the folder, or takes one that is there.</summary>
    /// <exception cref="PescadorException">It is not empty, and is not to be replaced.</exception>
    internal ShardFolder(string path, bool replace)
    {
        Path = path;
        if (File.Exists(path))
        {
            throw new PescadorException($"'{path}' is a file; shards go into a folder.");
        }

        _isNew = !Directory.Exists(path);
        if (!_isNew && !replace && Directory.EnumerateFileSystemEntries(path).Any(entry => !IsLeftOver(entry)))
        {
            throw new PescadorException($"The folder '{path}' is not empty. Choose another one, or have its shards replaced (--force, PackOptions.Replace).");
        }

        Directory.CreateDirectory(path);
        foreach (string leftOver in Directory.EnumerateFiles(path, Shards).Where(IsLeftOver))
        {
            File.Delete(leftOver); // of a run that was killed
        }
    }

    internal string Path { get; }

    internal int Count { get; private set; }

    /// <summary>What the names of the next shard's files begin with.</summary>
    internal string NextStem() => System.IO.Path.Combine(Path, "shard-" + Count.ToString("00000", CultureInfo.InvariantCulture));

    /// <summary>Takes a shard that is complete.</summary>
    internal void Add(Shard shard)
    {
        _complete.AddRange(shard.Paths);
        Count++;
    }

    /// <summary>Gives the files their names.</summary>
    /// <returns>These, in order.</returns>
    internal IReadOnlyList<string> Publish()
    {
        _isPublished = true;
        HashSet<string> names = [.. _complete];
        foreach (string file in _complete)
        {
            File.Move(file + Shard.PartEnd, file, overwrite: true);
        }

        foreach (string old in Directory.EnumerateFiles(Path, Shards).Where(IsShard).Where(old => !names.Contains(old)))
        {
            File.Delete(old); // replaced: there are fewer now, or of another kind
        }

        return _complete;
    }

    public void Dispose()
    {
        if (_isPublished)
        {
            return;
        }

        foreach (string file in _complete)
        {
            File.Delete(file + Shard.PartEnd);
        }

        if (_isNew && !Directory.EnumerateFileSystemEntries(Path).Any())
        {
            Directory.Delete(Path);
        }
    }

    private static bool IsLeftOver(string path)
    {
        string name = System.IO.Path.GetFileName(path);
        return name.StartsWith("shard-", StringComparison.Ordinal) && name.EndsWith(Shard.PartEnd, StringComparison.Ordinal);
    }

    // As in shard-00000.X.npy; what somebody else called shard-of-mine.npy is not ours.
    private static bool IsShard(string path)
    {
        string number = System.IO.Path.GetFileName(path)["shard-".Length..];
        int dot = number.IndexOf('.', StringComparison.Ordinal);
        return dot >= 5 && number.AsSpan(0, dot).IndexOfAnyExceptInRange('0', '9') < 0
            && Array.Exists(ShardEnds, end => number.EndsWith(end, StringComparison.Ordinal));
    }
}
