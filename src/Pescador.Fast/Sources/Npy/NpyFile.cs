namespace Pescador.Fast;

/// <summary>One <c>.npy</c> file, or several whose rows belong together: each is a tensor, or each field of a structured one.</summary>
internal sealed class NpyFile : ArrayFile
{
    private readonly (string Name, string Path)[] _files;

    /// <summary>A file whose array is the tensor "X".</summary>
    internal NpyFile(string path, SourceLimits limits)
        : this([("X", path)], limits)
    {
    }

    /// <summary>Files that make one sample together.</summary>
    /// <param name="files">At least one, each with the name of its tensor; fields of a structured array have their own names.</param>
    /// <param name="limits">What is accepted of them.</param>
    internal NpyFile(IReadOnlyList<(string Name, string Path)> files, SourceLimits limits)
        : base(files[0].Path, limits) => _files = [.. files.Select(static file => (file.Name, System.IO.Path.GetFullPath(file.Path)))];

    internal override string Format => "npy";

    internal override string Label => $"{Format} {string.Join(", ", _files.Select(file => System.IO.Path.GetFileName(file.Path)))}";

    internal override void Read(ArrayCatalogue catalogue)
    {
        foreach ((string name, string path) in _files)
        {
            FileMapping file = catalogue.Map(path);
            NpyHeader header = NpyHeader.Read(file, 0, file.LengthInBytes, Limits, new SourcePlace(file.Name));
            catalogue.Add(file, header.Arrays(name, 0));
            long rest = file.LengthInBytes - header.LengthInBytes - header.DataLengthInBytes;
            if (rest > 0)
            {
                catalogue.Notes.Add($"{rest} bytes after the array in '{file.Name}' are left out");
            }
        }
    }
}
