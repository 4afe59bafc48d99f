namespace Pescador.Fast;

/// <summary>A file, or several that belong together, in one of the formats: what is in it, and how it is opened. Immutable.</summary>
internal abstract class SourceFile(string path, SourceLimits limits)
{
    /// <summary>Where it is, as it was given.</summary>
    internal string Path { get; } = path;

    /// <summary>The same from the root: it is opened again and again, and the process's folder may be another one by then.</summary>
    internal string FullPath { get; } = System.IO.Path.GetFullPath(path);

    /// <summary>For messages and labels: the file's name without its folder.</summary>
    internal string Name { get; } = System.IO.Path.GetFileName(path);

    internal SourceLimits Limits { get; } = limits;

    /// <summary>The format's name, as in <c>npy</c>.</summary>
    internal abstract string Format { get; }

    /// <summary>How the outline of a tree shows it: without its folder, because the same files may lie elsewhere when a state is restored.</summary>
    internal virtual string Label => $"{Format} {Name}";

    /// <summary>Reads the headers.</summary>
    /// <exception cref="DataException">The file is not there, cannot be read, or is damaged.</exception>
    internal abstract SourceInfo Inspect();

    /// <summary>Opens it for reading rows. Called by any thread.</summary>
    /// <param name="budget">What inflated and parsed data counts against; none when null.</param>
    /// <exception cref="DataException">The file is not there, cannot be read, or is damaged.</exception>
    /// <exception cref="PescadorException">The budget has no room.</exception>
    internal abstract SourceTable Open(MemoryBudget? budget);
}
