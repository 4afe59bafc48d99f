namespace Pescador.Fast.Tests;

public sealed class MadeFilesTests
{
    [Fact]
    public void ByHeaders_EveryFileThatNumPyWrote_IsReadBitForBit()
    {
        string folder = MadeFiles.FolderOrSkip();
        MadeFile[] files = [.. MadeFiles.In(folder).Where(made => made.File.EndsWith(".npy") || made.File.EndsWith(".npz") || made.File.EndsWith(".safetensors") || made.File.EndsWith(".safetensors"))];
        Assert.True(files.Length > 80, $"{files.Length}");
        Assert.All(files, made =>
        {
            var file = (ArrayFile)SourceFiles.Detect(Path.Combine(folder, made.File), SourceLimits.Default, new CsvFormat());
            ReadArray[] arrays = ReadArray.ByHeaders(file);
            Assert.Equal(made.Arrays.Length, arrays.Length);
            Assert.All(arrays, (array, i) => array.AssertEqual(made.Arrays[i].Read(folder)));
        });
    }
}
