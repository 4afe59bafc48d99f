namespace Pescador.Fast.Tests;

/// <summary>Whatever the bytes: the data or a <see cref="DataException"/>, in bounded memory.</summary>
public sealed class DamageTests : IDisposable
{
    private readonly WrittenFiles _files = new();

    public static TheoryData<string> Files => [.. MadeFiles.In(MadeFiles.Committed).Select(made => made.File)];

    public void Dispose() => _files.Dispose();

    [Theory]
    [MemberData(nameof(Files))]
    public void Open_BytesChanged_GivesRowsOrDataException(string name)
    {
        (MadeFile made, byte[] bytes) = Load(name);
        var random = new Random(20250613);
        int refused = 0;
        for (int i = 0; i < 400; i++)
        {
            byte[] damaged = [.. bytes];
            for (int changes = random.Next(1, 4); changes > 0; changes--)
            {
                damaged[Place(random, damaged.Length)] = random.Next(4) switch
                {
                    0 => 0,
                    1 => 255,
                    2 => (byte)"0123456789,()[]{}'\"<>-"[random.Next(22)],
                    _ => (byte)random.Next(256),
                };
            }

            refused += Read(made, damaged).IsOpen ? 0 : 1;
        }

        Assert.True(refused > 20, $"only {refused} of 400 were refused");
    }

    [Theory]
    [MemberData(nameof(Files))]
    public void Open_CutShort_GivesRowsOrDataException(string name)
    {
        (MadeFile made, byte[] bytes) = Load(name);
        var random = new Random(20250614);
        for (int i = 0; i < 250; i++)
        {
            int length = i < 130 ? Math.Min(i, bytes.Length) : random.Next(bytes.Length);
            (bool isOpen, int _) = Read(made, bytes.AsSpan(0, length));
            bool isAllowed = name.EndsWith(".csv", StringComparison.Ordinal) || !bytes.AsSpan(length).ContainsAnyExcept((byte)0); // the end of a .tar
            Assert.False(isOpen && !isAllowed, $"it opens when cut to {length} of {bytes.Length} bytes");
        }
    }

    [Theory]
    [MemberData(nameof(Files))]
    public void Open_PiecesMovedOrDoubled_GivesRowsOrDataException(string name)
    {
        (MadeFile made, byte[] bytes) = Load(name);
        var random = new Random(20250615);
        for (int i = 0; i < 150; i++)
        {
            int from = random.Next(bytes.Length);
            int length = random.Next(Math.Min(600, bytes.Length - from));
            int to = random.Next(bytes.Length);
            Read(made, random.Next(2) == 0
                ? [.. bytes.AsSpan(0, to), .. bytes.AsSpan(from, length), .. bytes.AsSpan(to)]
                : [.. bytes.AsSpan(0, from), .. bytes.AsSpan(from + length)]);
        }
    }

    [Theory]
    [InlineData(".npy")]
    [InlineData(".npz")]
    [InlineData(".safetensors")]
    [InlineData(".tar")]
    [InlineData(".csv")]
    [InlineData(".csv.gz")]
    public void Open_Noise_GivesRowsOrDataException(string extension)
    {
        var random = new Random(20250616);
        for (int i = 0; i < 100; i++)
        {
            var noise = new byte[random.Next(3_000)];
            random.NextBytes(noise);
            Hostile.Read(_files.Source("noise" + extension, noise), noise.Length);
        }
    }

    [Fact]
    public void Open_NoFile_IsDataException()
    {
        foreach (string extension in (string[])[".npy", ".npz", ".safetensors", ".tar", ".csv", ".csv.gz"])
        {
            SourceFile source = SourceFiles.Detect("/nowhere/at all" + extension, SourceLimits.Default, new CsvFormat());
            Assert.Throws<DataException>(() => source.Open(null));
            Assert.Throws<DataException>(source.Inspect);
        }
    }

    [Fact]
    public void Detect_OtherExtension_NamesThoseThatAreKnown()
    {
        DataException error = Assert.Throws<DataException>(() => SourceFiles.Detect("a/b.parquet", SourceLimits.Default, new CsvFormat()));
        Assert.Contains("'.parquet'", error.Message, StringComparison.Ordinal);
        Assert.Contains(".npy, .npz, .safetensors, .tar, .csv, .csv.gz", error.Message, StringComparison.Ordinal);
    }

    private static (MadeFile Made, byte[] Bytes) Load(string name) =>
        (Array.Find(MadeFiles.In(MadeFiles.Committed), made => made.File == name)!, File.ReadAllBytes(Path.Combine(MadeFiles.Committed, name)));

    // Headers stand at the beginning, directories at the end.
    private static int Place(Random random, int length) => random.Next(4) switch
    {
        0 or 1 => random.Next(Math.Min(length, 200)),
        2 => length - 1 - random.Next(Math.Min(length, 300)),
        _ => random.Next(length),
    };

    private (bool IsOpen, int BadRows) Read(MadeFile made, ReadOnlySpan<byte> bytes) => Hostile.Read(
        _files.Source(made.File, bytes, new CsvFormat { Label = made.Label, Separator = made.Separator ?? ',' }), bytes.Length);
}
