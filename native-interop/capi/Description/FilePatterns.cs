using System.IO.Enumeration;

namespace Pescador.Fast;

/// <summary>Patterns of paths: <c>*</c> and <c>?</c> within a name, <c>**</c> for any folders between.</summary>
internal static class FilePatterns
{
    /// <summary>The paths, each pattern in the place of those it stands for, in their order.</summary>
    /// <exception cref="DataException">A pattern stands for none.</exception>
    internal static IEnumerable<string> Expand(IEnumerable<string> paths) => paths.SelectMany(Expand);

    private static IEnumerable<string> Expand(string path)
    {
        // What is there by that very name is no pattern.
        if (path.IndexOfAny(['*', '?']) < 0 || Path.Exists(path))
        {
            return [path];
        }

        string[] names = path.Split(['/', Path.DirectorySeparatorChar], StringSplitOptions.RemoveEmptyEntries);
        string root = Path.IsPathRooted(path) ? Path.GetPathRoot(path)! : ""; // a rooted path has one
        int first = Path.IsPathRooted(path) && root.Length > 1 ? 1 : 0;
        string[] found = [root];
        for (int i = first; i < names.Length; i++)
        {
            // Each once: where there are several **, many ways lead to the same folder.
            bool isLast = i == names.Length - 1;
            found = [.. found.SelectMany(folder => Below(folder, names[i], isLast)).Distinct()];
        }

        Array.Sort(found, StringComparer.Ordinal);
        return found.Length > 0 ? found : throw new DataException(path, null, "the pattern stands for no file or folder");
    }

    private static IEnumerable<string> Below(string folder, string name, bool isLast)
    {
        if (name == "**")
        {
            return isLast ? Tree(folder).SelectMany(Entries) : Tree(folder);
        }

        if (name.IndexOfAny(['*', '?']) < 0)
        {
            string path = Path.Combine(folder, name);
            return Path.Exists(path) ? [path] : [];
        }

        return (isLast ? Entries(folder) : Folders(folder)).Where(each => Fits(each, name));
    }

    // The folder, and all below.
    private static IEnumerable<string> Tree(string folder) => Folders(folder).SelectMany(Tree).Prepend(folder);

    // As shells have it, what begins with a dot is meant only where the pattern does, too.
    private static bool Fits(string path, string pattern)
    {
        string name = Path.GetFileName(path);
        return (name[0] != '.' || pattern[0] == '.') && FileSystemName.MatchesSimpleExpression(pattern, name, ignoreCase: false);
    }

    private static IEnumerable<string> Entries(string folder) => Exists(folder) ? Directory.EnumerateFileSystemEntries(Here(folder)).Select(Tidy) : [];

    // Links are not followed: they may lead in circles.
    private static IEnumerable<string> Folders(string folder) => Exists(folder)
        ? Directory.EnumerateDirectories(Here(folder)).Where(static each => new DirectoryInfo(each).LinkTarget is null && Path.GetFileName(each)[0] != '.').Select(Tidy)
        : [];

    private static bool Exists(string folder) => Directory.Exists(Here(folder));

    private static string Here(string folder) => folder.Length == 0 ? "." : folder;

    private static string Tidy(string path) => path.StartsWith("./", StringComparison.Ordinal) ? path[2..] : path;
}
