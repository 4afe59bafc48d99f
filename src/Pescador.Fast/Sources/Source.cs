namespace Pescador.Fast;

/// <summary>
/// A file whose rows are samples, or several files that belong together. Cheap and immutable: nothing is opened until it is inspected or
/// a stream of it is iterated. Its streams map what can be mapped, and keep nothing but a position.
/// </summary>
public sealed class Source
{
    private readonly SourceFile _file;
    private readonly RowSelection _selection;

    internal Source(SourceFile file)
        : this(file, RowSelection.All)
    {
    }

    private Source(SourceFile file, RowSelection selection)
    {
        _file = file;
        _selection = selection;
    }

    /// <summary>Where it is; of several files the first one.</summary>
    public string Path => _file.Path;

    /// <summary>The format: <c>npy</c>, <c>npz</c>, <c>safetensors</c>, <c>tar</c>, <c>csv</c>.</summary>
    public string Format => _file.Format;

    /// <summary>A NumPy array of rows, mapped. Fields of a structured array are tensors of their own names.</summary>
    /// <param name="path">An <c>.npy</c> file, of version 1.0 to 3.0, in either byte order, of C or Fortran order.</param>
    /// <param name="name">The tensor's name.</param>
    /// <param name="limits">What is accepted of the file.</param>
    public static Source Npy(string path, string name = "X", SourceLimits? limits = null) => Npy([(name, path)], limits);

    /// <summary>NumPy arrays whose rows belong together: row i of each makes sample i.</summary>
    /// <param name="files">Names of tensors and paths of files; at least one.</param>
    /// <param name="limits">What is accepted of the files.</param>
    public static Source Npy(IReadOnlyList<(string Name, string Path)> files, SourceLimits? limits = null)
    {
        ArgumentNullException.ThrowIfNull(files);
        ArgumentOutOfRangeException.ThrowIfZero(files.Count, nameof(files));
        foreach ((string name, string path) in files)
        {
            ArgumentException.ThrowIfNullOrEmpty(name, nameof(files));
            ArgumentException.ThrowIfNullOrEmpty(path, nameof(files));
        }

        return new Source(new NpyFile(files, limits ?? SourceLimits.Default));
    }

    /// <summary>The arrays of a NumPy archive, whose first dimensions are equal: each is a tensor. Stored members are mapped where they lie; deflated ones
    /// are inflated once, when a stream opens the file, into memory that counts against its budget.</summary>
    /// <param name="path">An <c>.npz</c> file.</param>
    /// <param name="limits">What is accepted of the file.</param>
    public static Source Npz(string path, SourceLimits? limits = null) => new(new NpzFile(Checked(path), limits ?? SourceLimits.Default));

    /// <summary>The tensors of a safetensors file, whose first dimensions are equal, mapped.</summary>
    /// <param name="path">A <c>.safetensors</c> file.</param>
    /// <param name="limits">What is accepted of the file.</param>
    public static Source SafeTensors(string path, SourceLimits? limits = null) => new(new SafeTensorsFile(Checked(path), limits ?? SourceLimits.Default));

    /// <summary>A WebDataset archive of <c>.npy</c> members: adjacent members of one key make a sample.</summary>
    /// <param name="path">A <c>.tar</c> file.</param>
    /// <param name="limits">What is accepted of the file.</param>
    public static Source Tar(string path, SourceLimits? limits = null) => new(new TarFile(Checked(path), limits ?? SourceLimits.Default));

    /// <summary>A table of numbers as text, parsed when a stream opens the file, into memory that counts against its budget. A line that cannot be parsed is
    /// a bad sample, told when its row is drawn.</summary>
    /// <param name="path">A <c>.csv</c> or <c>.csv.gz</c> file.</param>
    /// <param name="format">Where its header, separator and label are; found out, a comma, and none when null.</param>
    /// <param name="limits">What is accepted of the file.</param>
    public static Source Csv(string path, CsvFormat? format = null, SourceLimits? limits = null) =>
        new(new CsvFile(Checked(path), format ?? new CsvFormat(), limits ?? SourceLimits.Default));

    /// <summary>A file of any format that is known, told by the end of its name: .npy, .npz, .safetensors, .tar, .csv, .csv.gz.</summary>
    /// <param name="path">The file.</param>
    /// <param name="format">Of a .csv.</param>
    /// <param name="limits">What is accepted of the file.</param>
    /// <exception cref="DataException">The end of its name is none of those.</exception>
    public static Source Open(string path, CsvFormat? format = null, SourceLimits? limits = null) =>
        new(SourceFiles.Detect(Checked(path), limits ?? SourceLimits.Default, format ?? new CsvFormat()));

    /// <summary>All sources in files and folders, in the order of their paths. Files <c>STEM.NAME.npy</c> of one stem belong together: each is the
    /// tensor of that name.</summary>
    /// <param name="paths">Files, and folders that are searched with their own folders; other files in these are passed over.</param>
    /// <param name="format">Of each .csv.</param>
    /// <param name="limits">What is accepted of each file.</param>
    /// <returns>At least one.</returns>
    /// <exception cref="DataException">A path leads nowhere, a file is of no known format, or a folder has no file of any.</exception>
    public static IReadOnlyList<Source> OpenAll(IEnumerable<string> paths, CsvFormat? format = null, SourceLimits? limits = null)
    {
        ArgumentNullException.ThrowIfNull(paths);
        return [.. SourceFiles.Find(paths, limits ?? SourceLimits.Default, format ?? new CsvFormat()).Select(static file => new Source(file))];
    }

    /// <summary>Which arrays are in the file, and what they cost to read: from the headers alone.</summary>
    /// <exception cref="DataException">The file is not there, cannot be read, or is damaged.</exception>
    public SourceInfo Inspect() => _file.Inspect();

    /// <summary>A streamer of its rows.</summary>
    /// <param name="order">Random: endless, with replacement. InOrder and Permuted: one pass; neither keeps a list.</param>
    /// <exception cref="ArgumentOutOfRangeException">An unknown order.</exception>
    public Streamer<Sample> Rows(RowOrder order = RowOrder.Random)
    {
        EnumValue.Check(order, nameof(order));
        return new SourceStreamer(_file, _selection, order, null);
    }

    /// <summary>A streamer of windows of adjacent rows, each a sample of tensors [length, ...] (pescador's <c>sample_npz</c>): all
    /// rows − length + 1 beginnings are possible; there are none where the source is shorter.</summary>
    /// <param name="length">Rows per window; at least 1.</param>
    /// <param name="order">Of the beginnings; Random is endless.</param>
    /// <exception cref="ArgumentOutOfRangeException">No length, or an unknown order.</exception>
    /// <exception cref="InvalidOperationException">The source is a part of a split, whose rows are not adjacent.</exception>
    public Streamer<Sample> Windows(int length, RowOrder order = RowOrder.Random)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(length);
        EnumValue.Check(order, nameof(order));
        return _selection.IsContiguous
            ? new SourceStreamer(_file, _selection, order, length)
            : throw new InvalidOperationException("The rows of a split are not adjacent, so they have no windows. Split the files instead, or take shards.");
    }

    /// <summary>Part <paramref name="index"/> of <paramref name="count"/>: adjacent rows, the parts as equal as can be.</summary>
    /// <exception cref="ArgumentOutOfRangeException">No such part.</exception>
    public Source Shard(int index, int count)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(count);
        ArgumentOutOfRangeException.ThrowIfNegative(index);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(index, count);
        return new Source(_file, _selection.Shard(index, count));
    }

    /// <summary>Parts the rows by chance into two sources, the same for the same seed; neither keeps a list.</summary>
    /// <param name="heldOut">The part of the rows that is held out, 0 to 1; rounded to rows.</param>
    /// <param name="seed">Decides which.</param>
    /// <exception cref="ArgumentOutOfRangeException">No such part.</exception>
    /// <exception cref="InvalidOperationException">It is a part of a split already.</exception>
    public (Source Training, Source HeldOut) Split(double heldOut, long seed = 0)
    {
        if (!(heldOut is >= 0 and <= 1))
        {
            throw new ArgumentOutOfRangeException(nameof(heldOut), heldOut, "The part that is held out is 0 to 1.");
        }

        if (!_selection.IsContiguous)
        {
            throw new InvalidOperationException("A part of a split is not split again; split into other parts at once.");
        }

        return (new Source(_file, _selection.Part(heldOut, 1, (ulong)seed)), new Source(_file, _selection.Part(0, heldOut, (ulong)seed)));
    }

    /// <summary>Its file and which rows.</summary>
    public override string ToString() => _file.Label + _selection.Label;

    private static string Checked(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        return path;
    }
}
