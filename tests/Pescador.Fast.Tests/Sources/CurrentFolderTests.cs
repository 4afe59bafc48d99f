namespace Pescador.Fast.Tests;

/// <summary>What becomes of relative paths. Run alone, because the current folder is the whole process's.</summary>
[CollectionDefinition(nameof(CurrentFolderTests), DisableParallelization = true)]
[Collection(nameof(CurrentFolderTests))]
public sealed class CurrentFolderTests
{
    [Fact]
    public void Source_OfARelativePath_StaysWhereItWasMade()
    {
        using var folder = new TemporaryFolder();
        folder.Npy("a", 3);
        folder.Npz("b", 3, isDeflated: true);
        string before = Environment.CurrentDirectory;
        Source[] sources;
        try
        {
            Environment.CurrentDirectory = folder.Path;
            sources = [Source.Npy("a.X.npy"), Source.Npz("b.npz"), .. Source.OpenAll(["."])];
        }
        finally
        {
            Environment.CurrentDirectory = before;
        }

        Assert.Equal("a.X.npy", sources[0].Path);
        Assert.All(sources, static source => Assert.Equal(3, source.Rows(RowOrder.InOrder).Buffer(3).Single()["X"].Shape[0]));
    }
}
