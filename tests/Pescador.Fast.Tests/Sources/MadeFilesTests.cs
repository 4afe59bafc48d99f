namespace Pescador.Fast.Tests;

/// <summary>Every form of file that NumPy and Python write is read bit for bit, by headers and by rows.</summary>
public sealed class MadeFilesTests
{
    public static TheoryData<bool> Folders => [true, false];

    [Theory]
    [MemberData(nameof(Folders))]
    public void ByHeaders_EveryArrayFile_IsReadBitForBit(bool isCommitted)
    {
        string folder = isCommitted ? MadeFiles.Committed : MadeFiles.FolderOrSkip();
        Assert.All(MadeFiles.In(folder), made =>
        {
            if (made.Source(folder) is ArrayFile file)
            {
                AssertEqual(made, folder, ReadArray.ByHeaders(file));
            }
        });
    }

    [Theory]
    [MemberData(nameof(Folders))]
    public void Open_EveryFile_GivesItsRowsBitForBit(bool isCommitted)
    {
        string folder = isCommitted ? MadeFiles.Committed : MadeFiles.FolderOrSkip();
        MadeFile[] files = MadeFiles.In(folder);
        Assert.True(files.Length >= (isCommitted ? 8 : 100), $"{files.Length}");
        Assert.All(files, made =>
        {
            SourceFile source = made.Source(folder);
            if (!made.Opens)
            {
                Assert.Throws<DataException>(() => source.Open(null));
                return;
            }

            var budget = new MemoryBudget(1L << 30);
            AssertEqual(made, folder, ReadArray.ByRows(source, budget));
            AssertEqual(made, folder, ReadArray.ByRows(source, budget, atOnce: 1));
            Assert.Equal(0, budget.UsedInBytes);
        });
    }

    [Theory]
    [MemberData(nameof(Folders))]
    public void Inspect_EveryFile_ShowsItsArrays(bool isCommitted)
    {
        string folder = isCommitted ? MadeFiles.Committed : MadeFiles.FolderOrSkip();
        Assert.All(MadeFiles.In(folder), made =>
        {
            SourceInfo info = made.Source(folder).Inspect();
            Assert.Equal(
                made.Arrays.Select(array => $"{array.Name} {array.Type}[{string.Join(',', array.Shape)}]"), info.Arrays.Select(array => array.ToString()));
            Assert.Equal(made.Opens ? made.Arrays[0].Shape[0] : null, info.Rows);
            Assert.Equal(new FileInfo(Path.Combine(folder, made.File)).Length, info.LengthInBytes);
        });
    }

    private static void AssertEqual(MadeFile made, string folder, ReadArray[] arrays)
    {
        Assert.Equal(made.Arrays.Select(array => array.Name), arrays.Select(array => array.Name));
        Assert.All(arrays, (array, i) => array.AssertEqual(made.Arrays[i].Read(folder)));
    }
}
