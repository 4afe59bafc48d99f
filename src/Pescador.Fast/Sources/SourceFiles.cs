namespace Pescador.Fast;

/// <summary>Finds out which format a file has.</summary>
internal static class SourceFiles
{
    /// <summary>By the end of the file's name, in any case.</summary>
    /// <exception cref="DataException">It is none that is known.</exception>
    internal static SourceFile Detect(string path, SourceLimits limits, CsvFormat csv)
    {
        string name = Path.GetFileName(path);
        return Is(".npy") ? new NpyFile(path, limits)
            : Is(".npz") ? new NpzFile(path, limits)
            : Is(".safetensors") ? new SafeTensorsFile(path, limits)
            : Is(".tar") ? new TarFile(path, limits)
            : Is(".csv") || Is(".csv.gz") ? new CsvFile(path, csv, limits)
            : throw new DataException(
                name, null, $"the end of its name, '{Path.GetExtension(name)}', is not known; known are .npy, .npz, .safetensors, .tar, .csv and .csv.gz");

        bool Is(string extension) => name.EndsWith(extension, StringComparison.OrdinalIgnoreCase);
    }
}
