namespace Pescador.Fast;

/// <summary>Finds files, and out which format they have.</summary>
internal static class SourceFiles
{
    private const string NpyEnd = ".npy";

    private static readonly string[] Ends = [NpyEnd, ".npz", ".safetensors", ".tar", ".csv", ".csv.gz"];

    /// <summary>By the end of the file's name, in any case.</summary>
    /// <exception cref="DataException">It is none that is known.</exception>
    internal static SourceFile Detect(string path, SourceLimits limits, CsvFormat csv)
    {
        string name = Path.GetFileName(path);
        return Array.Find(Ends, end => HasEnd(name, end)) switch
        {
            NpyEnd => new NpyFile(path, limits),
            ".npz" => new NpzFile(path, limits),
            ".safetensors" => new SafeTensorsFile(path, limits),
            ".tar" => new TarFile(path, limits),
            null => throw new DataException(
                name, null, $"the end of its name, '{Path.GetExtension(name)}', is not known; known are {string.Join(", ", Ends)}"),
            _ => new CsvFile(path, csv, limits),
        };
    }

    /// <summary>The sources in files and folders, in the order of their paths.</summary>
    internal static IEnumerable<SourceFile> Find(IEnumerable<string> paths, SourceLimits limits, CsvFormat csv)
    {
        // By stem, so that each group stands where its first file does; a file may be called as others' stem is.
        var groups = new Dictionary<(string Name, bool IsStem), List<string>>();
        foreach (string path in paths)
        {
            foreach (string file in FilesAt(path))
            {
                (string, bool) group = StemOf(file) is { } stem ? (stem, true) : (file, false);
                if (!groups.TryGetValue(group, out List<string>? files))
                {
                    groups.Add(group, files = []);
                }

                if (!files.Contains(file))
                {
                    files.Add(file);
                }
            }
        }

        foreach (List<string> files in groups.Values)
        {
            yield return StemOf(files[0]) is { } stem
                ? new NpyFile([.. files.Select(file => (file[(stem.Length + 1)..^NpyEnd.Length], file))], limits)
                : Detect(files[0], limits, csv);
        }
    }

    private static string[] FilesAt(string path)
    {
        if (!Directory.Exists(path))
        {
            return File.Exists(path) ? [path] : throw new DataException(path, null, "there is no such file or folder");
        }

        string[] files =
        [
            .. FilesBelow(path, [])
                .Where(static file => Array.Exists(Ends, end => HasEnd(file, end)))
                .Order(StringComparer.Ordinal),
        ];
        return files.Length > 0 ? files : throw new DataException(path, null, $"the folder has no file of a known format: {string.Join(", ", Ends)}");
    }

    // A linked folder is searched as any other is, but not one that the search is in already: links may lead in circles.
    private static IEnumerable<string> FilesBelow(string folder, string[] above)
    {
        string real = RealPathOf(Path.GetFullPath(folder));
        if (above.Contains(real))
        {
            return [];
        }

        above = [.. above, real];
        return Directory.EnumerateFiles(folder).Concat(Directory.EnumerateDirectories(folder).SelectMany(each => FilesBelow(each, above)));
    }

    /// <summary>The path to a folder that leads through no links.</summary>
    private static string RealPathOf(string fullPath)
    {
        string real = Path.GetPathRoot(fullPath)!; // a full path has one
        foreach (string name in fullPath[real.Length..].Split(Path.DirectorySeparatorChar, StringSplitOptions.RemoveEmptyEntries))
        {
            real = Path.Combine(real, name);
            real = Directory.ResolveLinkTarget(real, returnFinalTarget: false) is { } target ? RealPathOf(target.FullName) : real;
        }

        return real;
    }

    /// <summary>The path of <c>STEM.NAME.npy</c> up to the stem; null for any other.</summary>
    private static string? StemOf(string path)
    {
        if (!HasEnd(path, NpyEnd))
        {
            return null;
        }

        string whole = path[..^NpyEnd.Length];
        int dot = whole.LastIndexOf('.');
        return dot > whole.LastIndexOfAny(['/', '\\']) + 1 && dot < whole.Length - 1
            ? whole[..dot]
            : null;
    }

    private static bool HasEnd(string path, string end) => path.EndsWith(end, StringComparison.OrdinalIgnoreCase);
}
