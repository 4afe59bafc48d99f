using System.Runtime.InteropServices;

namespace Pescador.Fast.Tests;

/// <summary>Data sets as scikit-learn ships them.</summary>
public sealed class DataSetTests
{
    [Theory]
    [InlineData("iris.csv", null, 150, 4, 3)]
    [InlineData("breast_cancer.csv", null, 569, 30, 2)]
    [InlineData("digits.csv.gz", "-1", 1797, 64, 10)]
    public void Open_DataSet_GivesFeaturesAndClasses(string name, string? label, int rows, int features, int classes)
    {
        string? path = Array.Find(
            [Path.Combine(MadeFiles.Root, "samples", "data", name), Path.Combine(MadeFiles.Root, "..", "shared", "data", name)], File.Exists);
        if (path is null)
        {
            Assert.Skip($"{name} is not there.");
        }

        SourceFile file = SourceFiles.Detect(path, SourceLimits.Default, new CsvFormat { Label = label });
        SourceInfo info = file.Inspect();
        Assert.Equal([$"X float32[{rows},{features}]", $"Y int64[{rows}]"], info.Arrays.Select(array => array.ToString()));

        ReadArray[] arrays = ReadArray.ByRows(file);
        Assert.Equal(classes, MemoryMarshal.Cast<byte, long>(arrays[1].Bytes).ToArray().Distinct().Count());
        Assert.All(MemoryMarshal.Cast<byte, float>(arrays[0].Bytes).ToArray(), value => Assert.InRange(value, 0f, 5_000f));
    }
}
