using System.Diagnostics;

namespace Pescador.Fast.Tests;

public sealed class FileMappingTests
{
    public static TheoryData<bool> Ways => OperatingSystem.IsLinux() ? [true, false] : [false];

    [Theory]
    [MemberData(nameof(Ways))]
    public void Open_AFile_ShowsItsBytes(bool isLinux)
    {
        using var folder = new TemporaryFolder();
        byte[] content = [.. Enumerable.Range(0, 100_000).Select(static i => (byte)(i * 7))];
        File.WriteAllBytes(folder["a"], content);
        using FileMapping mapping = FileMapping.Open(folder["a"], isLinux);
        Assert.Equal(("a", 100_000), (mapping.Name, mapping.LengthInBytes));
        Assert.Equal(content, mapping.Bytes(0, content.Length));
        Assert.Equal(content[99_000..], mapping.Bytes(99_000, 1000));
        Assert.Throws<ArgumentOutOfRangeException>(() => mapping.Bytes(99_001, 1000).Length);
        Assert.Throws<ArgumentOutOfRangeException>(() => mapping.Bytes(-1, 1).Length);
        Assert.Throws<ArgumentOutOfRangeException>(() => mapping.OpenStream(0, 100_001));
        Assert.True(mapping.IsCurrent);
        File.AppendAllText(folder["a"], "more");
        Assert.False(mapping.IsCurrent);
        mapping.ThrowIfGone();
        mapping.Dispose();
        mapping.Dispose();
        Assert.Throws<ObjectDisposedException>(() => mapping.Bytes(0, 1).Length);
    }

    [Theory]
    [MemberData(nameof(Ways))]
    public void Open_AnEmptyFile_HasNoBytes(bool isLinux)
    {
        using var folder = new TemporaryFolder();
        File.WriteAllBytes(folder["a"], []);
        using FileMapping mapping = FileMapping.Open(folder["a"], isLinux);
        Assert.Equal(0, mapping.LengthInBytes);
        Assert.Equal(0, mapping.Bytes(0, 0).Length);
        Assert.Equal(-1, mapping.OpenStream(0, 0).ReadByte());
    }

    [Theory]
    [MemberData(nameof(Ways))]
    public void Open_WhatIsNoFile_IsADataErrorThatNamesIt(bool isLinux)
    {
        using var folder = new TemporaryFolder();
        Assert.Equal("none", Assert.Throws<DataException>(() => FileMapping.Open(folder["none"], isLinux)).SourceName);
        Assert.Contains("cannot be opened", Assert.Throws<DataException>(() => FileMapping.Open(folder.Path, isLinux)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Open_APipe_DoesNotWait()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "pipes with names are made on Linux");
        using var folder = new TemporaryFolder();
        using Process make = Process.Start("mkfifo", folder["pipe"]);
        Assert.True(make.WaitForExit(TimeSpan.FromSeconds(30)));
        Assert.Contains("no regular file", Assert.Throws<DataException>(() => FileMapping.Open(folder["pipe"])).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Read_BeyondTheEndOfAFileThatWasCut_GivesZerosAndIsTold()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux() && System.Runtime.InteropServices.RuntimeInformation.ProcessArchitecture == System.Runtime.InteropServices.Architecture.X64, "guarded on Linux, x64");
        using var folder = new TemporaryFolder();
        File.WriteAllBytes(folder["a"], [.. Enumerable.Repeat((byte)1, 100_000)]);
        File.WriteAllBytes(folder["b"], [.. Enumerable.Repeat((byte)2, 100_000)]);
        using FileMapping cut = FileMapping.Open(folder["a"]);
        using FileMapping whole = FileMapping.Open(folder["b"]);
        using (FileStream file = File.OpenWrite(folder["a"]))
        {
            file.SetLength(5000);
        }

        cut.ThrowIfLost(); // nothing was read there yet
        Assert.Throws<DataException>(cut.ThrowIfGone);
        Assert.Equal(1, cut.Bytes(4000, 1)[0]);
        cut.ThrowIfLost();
        Assert.Equal(0, cut.Bytes(50_000, 1)[0]);
        Assert.Contains("from 100000 to 5000 bytes", Assert.Throws<DataException>(cut.ThrowIfLost).Message, StringComparison.Ordinal);
        Assert.Equal(1, cut.Bytes(4000, 1)[0]);
        var copy = new byte[40_000];
        cut.Bytes(60_000, 40_000).CopyTo(copy); // also where the runtime's own code copies
        Assert.DoesNotContain((byte)1, copy);
        Assert.Equal(2, whole.Bytes(50_000, 1)[0]);
        whole.ThrowIfLost();
    }
}
