using System.Diagnostics;

namespace Pescador.Fast.Tests;

/// <summary>Whatever happens, no shard stands under its name before all are complete, and what is left is removed.</summary>
public sealed class PackingFailureTests
{
    [Theory]
    [InlineData(ShardFormat.Npy)]
    [InlineData(ShardFormat.SafeTensors)]
    public void Pack_WhenCancelled_LeavesNothing(ShardFormat format)
    {
        using var shards = new PackedFolder();
        using var cancellation = new CancellationTokenSource();
        string[] seen = [];
        Assert.Throws<OperationCanceledException>(() => ShardPacker.Pack(
            [shards.Numbered("a", 5000)],
            shards.Path,
            new PackOptions { Format = format, ShardSizeInBytes = 4096 },
            progress =>
            {
                if (progress.Rows > 2000)
                {
                    seen = shards.Names;
                    cancellation.Cancel();
                }
            },
            cancellation.Token));
        Assert.NotEmpty(seen);
        Assert.All(seen, name => Assert.EndsWith(".part", name, StringComparison.Ordinal));
        Assert.False(Directory.Exists(shards.Path));
    }

    [Fact]
    public void Pack_IntoAFolderThatIsNotEmpty_RefusesUnlessItReplaces()
    {
        using var shards = new PackedFolder();
        Source source = shards.Numbered("a", 5000);
        ShardPacker.Pack([source], shards.Path, new PackOptions { ShardSizeInBytes = 8192 });
        File.WriteAllText(Path.Combine(shards.Path, "notes.txt"), "mine");
        string[] before = shards.Names;
        PescadorException error = Assert.Throws<PescadorException>(() => ShardPacker.Pack([source], shards.Path));
        Assert.Contains("is not empty", error.Message, StringComparison.Ordinal);
        Assert.Equal(before, shards.Names);

        ShardPacker.Pack([source], shards.Path, new PackOptions { Format = ShardFormat.SafeTensors, Replace = true });
        Assert.Equal(["notes.txt", "shard-00000.safetensors"], shards.Names);
        Assert.Equal(5000, shards.Labels().Length);
    }

    [Fact]
    public void Pack_WhenReplacingFails_KeepsTheOldShards()
    {
        using var shards = new PackedFolder();
        ShardPacker.Pack([shards.Numbered("a", 100)], shards.Path);
        File.WriteAllText(shards.Beside("bad.csv"), "a,b\n1,2\n3,x\n");
        Assert.Throws<DataException>(() => ShardPacker.Pack([Source.Csv(shards.Beside("bad.csv"))], shards.Path, new PackOptions { Replace = true }));
        Assert.Equal(["shard-00000.X.npy", "shard-00000.Y.npy"], shards.Names);
        Assert.Equal(100, shards.Labels().Length);
    }

    [Fact]
    public void Pack_AfterARunThatWasKilled_TakesItsLeftOversAway()
    {
        using var shards = new PackedFolder();
        Directory.CreateDirectory(shards.Path);
        File.WriteAllText(Path.Combine(shards.Path, "shard-00003.X.npy.part"), "half");
        ShardPacker.Pack([shards.Numbered("a", 10)], shards.Path);
        Assert.Equal(["shard-00000.X.npy", "shard-00000.Y.npy"], shards.Names);
    }

    [Fact]
    public void Pack_OntoAFullDevice_SaysSoAndRemovesWhatItWrote()
    {
        Assert.SkipUnless(File.Exists("/dev/full"), "There is no /dev/full.");
        using var shards = new PackedFolder();
        Source source = shards.Numbered("a", 3000, width: 1024);
        IOException error = Assert.Throws<IOException>(() => ShardPacker.Pack(
            [source],
            shards.Path,
            new PackOptions { ShardSizeInBytes = 4 << 20 },
            progress =>
            {
                string next = Path.Combine(shards.Path, "shard-00001.X.npy.part.part");
                if (progress.Rows > 0 && !File.Exists(next))
                {
                    File.CreateSymbolicLink(next, "/dev/full");
                }
            }));
        AssertSaysFull(error, shards);
        Assert.Contains("12.3 MB are needed", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(ShardFormat.Npy)]
    [InlineData(ShardFormat.SafeTensors)]
    public void Pack_OntoAFullDisk_SaysSoAndRemovesWhatItWrote(ShardFormat format)
    {
        using var shards = new PackedFolder();
        Directory.CreateDirectory(shards.Path);
        Assert.SkipUnless(OperatingSystem.IsLinux() && Run("mount", "-t", "tmpfs", "-o", "size=2m", "tmpfs", shards.Path), "Mounting is not permitted.");
        try
        {
            IOException error = Assert.Throws<IOException>(() => ShardPacker.Pack(
                [shards.Numbered("a", 3000, width: 1024)], shards.Path, new PackOptions { Format = format, ShardSizeInBytes = 500_000 }));
            AssertSaysFull(error, shards);
        }
        finally
        {
            Assert.True(Run("umount", shards.Path));
        }
    }

    [Theory]
    [InlineData(ShardFormat.Npy, "a.b", false)]
    [InlineData(ShardFormat.Npy, "a/../b", false)]
    [InlineData(ShardFormat.SafeTensors, "a/../b", true)]
    [InlineData(ShardFormat.SafeTensors, "__metadata__", false)]
    public void Pack_OfNamesThatNoFileCanHave_Refuses(ShardFormat format, string name, bool isAllowed)
    {
        using var shards = new PackedFolder();
        shards.Numbered("a", 10);
        var source = Source.Npy(shards.Beside("a.X.npy"), name);
        var options = new PackOptions { Format = format };
        if (isAllowed)
        {
            Assert.Equal(10, ShardPacker.Pack([source], shards.Path, options).Rows);
            return;
        }

        PescadorException error = Assert.Throws<PescadorException>(() => ShardPacker.Pack([source], shards.Path, options));
        Assert.Contains(name, error.Message, StringComparison.Ordinal);
        Assert.Empty(shards.Names);
    }

    private static void AssertSaysFull(IOException error, PackedFolder shards)
    {
        Assert.Contains($"The disk of '{shards.Path}' is full", error.Message, StringComparison.Ordinal);
        Assert.Contains("are removed again", error.Message, StringComparison.Ordinal);
        Assert.Empty(shards.Names);
    }

    private static bool Run(string program, params string[] arguments)
    {
        try
        {
            using var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardError = true })!;
            _ = process.StandardError.ReadToEnd();
            process.WaitForExit();
            return process.ExitCode == 0;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return false;
        }
    }
}
