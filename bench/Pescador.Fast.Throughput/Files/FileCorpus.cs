namespace Pescador.Fast.Throughput;

/// <summary>
/// Files of rows {X float32[width], Y float32} that can be recognised: Y and the first element of X carry the row's code, the other
/// elements follow from code and place, in 256 steps, so that there is something to deflate. In a temporary folder, which goes with it.
/// </summary>
internal sealed class FileCorpus : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("pescador-throughput-").FullName;
    private readonly float[] _expected;

    internal FileCorpus(CorpusForm form, int files, int rows, int width)
    {
        Files = files;
        RowsPerFile = rows;
        Width = width;
        LabelName = form == CorpusForm.Tar ? FileForms.TarLabelName : "Y";
        _expected = new float[width];
        var x = new float[rows * width];
        var y = new float[rows];
        var sources = new Source[files];
        for (int file = 0; file < files; file++)
        {
            for (int row = 0; row < rows; row++)
            {
                y[row] = (file * rows) + row;
                Fill(x.AsSpan(row * width, width), (uint)y[row]);
            }

            sources[file] = FileForms.Write(form, Path.Combine(_folder, $"{file:0000}"), x, width, y);
        }

        Sources = sources;
    }

    internal int Files { get; }

    internal int RowsPerFile { get; }

    internal int Width { get; }

    internal IReadOnlyList<Source> Sources { get; }

    internal string LabelName { get; }

    /// <summary>Bytes of a file's rows, inflated.</summary>
    internal long FileLengthInBytes => RowsPerFile * (Width + 1L) * sizeof(float);

    /// <summary>Checks a row bit for bit.</summary>
    /// <returns>Which file it is of.</returns>
    internal int Recognise(ReadOnlySpan<float> x, float y)
    {
        if (!(y >= 0 && y < (long)Files * RowsPerFile) || y != Math.Floor(y))
        {
            throw new VerificationException($"{y} is the code of no row.");
        }

        Fill(_expected, (uint)y);
        return x.SequenceEqual(_expected)
            ? (int)y / RowsPerFile
            : throw new VerificationException($"A sample with the code {y} is not that row.");
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private static void Fill(Span<float> x, uint code)
    {
        uint hash = code * 0x9E3779B9;
        for (int i = 0; i < x.Length; i++)
        {
            x[i] = (hash >> 24) / 256f;
            hash = (hash * 0x85EBCA6B) + 0xC2B2AE35;
        }

        x[0] = code;
    }
}
