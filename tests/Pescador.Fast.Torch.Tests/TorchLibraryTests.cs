namespace Pescador.Fast.Torch.Tests;

[Collection(Alone.Name)]
public sealed class TorchLibraryTests
{
    [Fact]
    public void Load_WhereThereIsNoLibrary_SaysWhereItLookedAndWhatToInstall()
    {
        string path = Path.Combine(Path.GetTempPath(), "no such folder", "libpescador_torch.so");
        string? missing = TorchLibrary.Load(path, TorchLibrary.Interface).Missing;
        Assert.Contains(path, missing, StringComparison.Ordinal);
        Assert.Contains("apt-get install libtorch-dev libopenblas0-pthread cmake g++", missing, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', missing!);
    }

    [Fact]
    public void Load_OfAFileThatIsNoLibrary_SaysSo()
    {
        string path = Path.GetTempFileName();
        try
        {
            File.WriteAllText(path, "not a library");
            Assert.Contains(path, TorchLibrary.Load(path, TorchLibrary.Interface).Missing, StringComparison.Ordinal);
        }
        finally
        {
            File.Delete(path);
        }
    }

    [Fact]
    public void Load_OfAnotherLibrary_SaysThatItIsAnother()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "needs a library that every Linux has");
        Assert.Contains(
            "'libc.so.6' is not the library that calls libtorch", TorchLibrary.Load("libc.so.6", TorchLibrary.Interface).Missing, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(TorchLibrary.Interface - 1)]
    [InlineData(TorchLibrary.Interface + 1)]
    public void Load_OfALibraryOfOtherSources_NamesBothInterfaces(int expected)
    {
        Libtorch.Require();
        Assert.Contains(
            $"has interface {TorchLibrary.Interface}, but {expected} was expected", TorchLibrary.Load(null, expected).Missing, StringComparison.Ordinal);
    }

    [Fact]
    public void Load_OfWhatWasBuilt_Works()
    {
        Libtorch.Require();
        Assert.Null(TorchLibrary.Load(null, TorchLibrary.Interface).Missing);
    }

    [Fact]
    public void Version_OfLibtorch_IsOne()
    {
        Libtorch.Require();
        Assert.Matches(@"^\d+\.\d+\.\d+", TorchRuntime.Version);
    }

    [Fact]
    public void Threads_Set_AreUsed()
    {
        Libtorch.Require();
        int before = TorchRuntime.Threads;
        TorchRuntime.Threads = 2;
        Assert.Equal(2, TorchRuntime.Threads);
        TorchRuntime.Threads = before;
        Assert.Throws<ArgumentOutOfRangeException>(() => TorchRuntime.Threads = 0);
    }

    [Fact]
    public void WarningOf_TheReferenceBlas_SaysWhatToInstall() => Assert.Contains(
        "apt-get install libopenblas0-pthread", TorchRuntime.WarningOf("/usr/lib/x86_64-linux-gnu/blas/libblas.so.3.11.0"), StringComparison.Ordinal);

    [Theory]
    [InlineData("")]
    [InlineData("/usr/lib/x86_64-linux-gnu/openblas-pthread/libblas.so.3")]
    [InlineData("/opt/libtorch/lib/libtorch_cpu.so")]
    public void WarningOf_AnotherBlas_IsNone(string path) => Assert.Null(TorchRuntime.WarningOf(path));

    [Fact]
    public void Blas_OfLibtorch_IsAFile()
    {
        Libtorch.Require();
        Assert.True(TorchRuntime.Blas.Length == 0 || File.Exists(TorchRuntime.Blas), TorchRuntime.Blas);
        Assert.Equal(TorchRuntime.WarningOf(TorchRuntime.Blas), TorchRuntime.Warning);
    }
}
