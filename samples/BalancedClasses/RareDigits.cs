using Pescador.Fast;

namespace Samples;

/// <summary>Handwritten digits, of which one class is rare in training: of its rows 2 % are kept. Pixels are 0 to 1.</summary>
internal sealed class RareDigits : IDisposable
{
    public const int Pixels = 64;
    public const int Classes = 10;
    public const int Rare = 5;

    private const double KeptOfRare = 0.02;

    /// <summary>Reads the digits; 30 % are held out, as they are.</summary>
    /// <param name="path">Of <c>digits.csv.gz</c>.</param>
    /// <param name="seed">Decides which rows are held out, and which of the rare class are kept.</param>
    public RareDigits(string path, long seed)
    {
        (Source training, Source heldOut) = Source.Csv(path, new CsvFormat { Label = "-1", HasHeader = false }).Split(heldOut: 0.3, seed);
        ILookup<long, Row> rows = Read(training, seed).ToLookup(row => row.Label);
        Row[][] byClass = [.. Enumerable.Range(0, Classes).Select(label => Kept(label, rows[label]))];
        Training = TableOf(byClass.SelectMany(rows => rows));
        ByClass = Array.ConvertAll(byClass, TableOf);
        HeldOutOfRare = BatchOf(Read(heldOut, seed).Where(row => row.Label == Rare));
    }

    /// <summary>All rows to train from.</summary>
    public TensorRows Training { get; }

    /// <summary>The same rows, parted by class.</summary>
    public TensorRows[] ByClass { get; }

    /// <summary>A batch: what part of it a model tells right is its recall of the rare class.</summary>
    public Sample HeldOutOfRare { get; }

    public void Dispose() => HeldOutOfRare.Dispose();

    private static Row[] Kept(int label, IEnumerable<Row> rows) =>
        label == Rare ? [.. rows.Take((int)Math.Ceiling(KeptOfRare * rows.Count()))] : [.. rows];

    private static List<Row> Read(Source source, long seed)
    {
        var rows = new List<Row>();
        foreach (Sample sample in source.Rows(RowOrder.Permuted).WithSeed(seed))
        {
            rows.Add(new Row([.. sample["X"].Span<float>().ToArray().Select(pixel => pixel / 16)], sample["Y"].Span<long>()[0]));
            sample.Dispose();
        }

        return rows;
    }

    private static TensorRows TableOf(IEnumerable<Row> rows) => new(TensorsOf(rows).Select(tensor => KeyValuePair.Create(tensor.Name, tensor.Data)));

    private static Sample BatchOf(IEnumerable<Row> rows) => Sample.Of(TensorsOf(rows));

    private static (string Name, TensorData Data)[] TensorsOf(IEnumerable<Row> rows)
    {
        float[] pixels = [.. rows.SelectMany(row => row.Pixels)];
        long[] labels = [.. rows.Select(row => row.Label)];
        return [("X", new TensorData(pixels, labels.Length, Pixels)), ("Y", labels)];
    }

    private sealed record Row(float[] Pixels, long Label);
}
