using System.Globalization;
using System.Text.Json;
using Pescador.Fast.CApi.Tests.Support;

namespace Pescador.Fast.CApi.Tests.Interface;

/// <summary>The C host and its example, compiled and run.</summary>
[Collection(ProcessWide.Name)]
public sealed class CProgramTests : IDisposable
{
    private const string Compiler = "/usr/bin/cc";

    private readonly DataFolder _data = DataFolder.OfRows();

    public void Dispose() => _data.Dispose();

    [Fact]
    public async Task Stream_OfAWholePass_PrintsTheChecksumOfWhatThisProcessReads()
    {
        string program = await CompileAsync();
        (int exitCode, string output, string errors) = await ChildProgram.RunAsync(program, [Places.Library, _data.Json()]);
        Assert.True(exitCode == 0 && errors.Length == 0, errors);
        string[] lines = output.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(string.Create(CultureInfo.InvariantCulture, $"150 rows, checksum {Checksum(_data.Json()):x16}"), lines[0]);
        using var counters = JsonDocument.Parse(lines[1]);
        Assert.Equal(150, counters.RootElement.GetProperty("samples").GetInt64());
        Assert.Equal(0, counters.RootElement.GetProperty("process_batches_out").GetInt64());
    }

    [Fact]
    public void Stream_AsItsCommentRunsIt_GivesAllRows()
    {
        string usage = File.ReadAllLines(Path.Combine(Places.Capi, "c", "stream.c")).Single(line => line.Contains("./stream", StringComparison.Ordinal));
        string description = usage.Split('\'')[1].Replace("samples/", Path.GetFullPath(Path.Combine(Places.Capi, "..", "..", "samples")) + "/", StringComparison.Ordinal);
        ulong stream = Api.Open(description);
        long rows = 0;
        while (Api.Next(stream, out BatchInfo batch) == 1)
        {
            rows += batch.Rows;
            Api.Release(batch.Batch);
        }

        Api.Close(stream);
        Assert.Equal(150, rows);
    }

    [Theory]
    [InlineData("/nowhere", "There is no folder '/nowhere'; build it: dotnet build -c Release native-interop/capi")]
    [InlineData("/", "has no Pescador.Fast.CApi.dll")]
    [InlineData(null, "nowhere.npy': there is no such file or folder")]
    public async Task Stream_OfWhatIsNotThere_SaysSo(string? folder, string said)
    {
        string program = await CompileAsync();
        (int exitCode, _, string errors) = await ChildProgram.RunAsync(program, [folder ?? Places.Library, """{"files": "nowhere.npy"}"""]);
        Assert.Equal(1, exitCode);
        Assert.Contains(said, errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Stream_WithoutTheAssemblyBelow_SaysSoInsteadOfDying()
    {
        string program = await CompileAsync();
        foreach (string name in (string[])["Pescador.Fast.CApi.dll", "Pescador.Fast.CApi.runtimeconfig.json"])
        {
            File.Copy(Path.Combine(Places.Library, name), _data[name]);
        }

        (int exitCode, _, string errors) = await ChildProgram.RunAsync(program, [_data.Path, """{"files": "nowhere.npy"}"""]);
        Assert.Equal(1, exitCode);
        Assert.Contains("and Pescador.Fast.dll; build it", errors, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("-xc++")]
    [InlineData("-std=c99")]
    public async Task Headers_OfTheInterface_CompileAs(string option)
    {
        Assert.SkipUnless(File.Exists(Compiler) && File.Exists("/usr/bin/g++"), "install build-essential");
        (int exitCode, _, string errors) = await ChildProgram.RunAsync(
            Compiler, [option, "-Wall", "-Wextra", "-Werror", "-pedantic", "-fsyntax-only", "-I", Include, Path.Combine(Places.Capi, "c", "pescador_fast_host.h")]);
        Assert.True(exitCode == 0, errors);
    }

    private static string Include => Path.Combine(Places.Capi, "include");

    private async Task<string> CompileAsync()
    {
        Assert.SkipUnless(File.Exists(Compiler), "install gcc and libc6-dev");
        string program = _data["stream"];
        string sources = Path.Combine(Places.Capi, "c");
        (int exitCode, _, string errors) = await ChildProgram.RunAsync(
            Compiler,
            ["-std=c11", "-O2", "-Wall", "-Wextra", "-Werror", "-I", Include, "-I", sources, Path.Combine(sources, "stream.c"), Path.Combine(sources, "pescador_fast_host.c"), "-o", program, "-ldl"]);
        Assert.True(exitCode == 0, errors);
        return program;
    }

    // FNV-1a, 64 bits.
    private static ulong Checksum(string json)
    {
        ulong sum = 0xcbf29ce484222325;
        ulong stream = Api.Open(json);
        while (Api.Next(stream, out BatchInfo batch) == 1)
        {
            for (uint i = 0; i < batch.TensorCount; i++)
            {
                foreach (byte each in Api.BytesOf(Api.Tensor(batch.Batch, i)))
                {
                    sum = (sum ^ each) * 0x100000001b3;
                }
            }

            Api.Release(batch.Batch);
        }

        Api.Close(stream);
        return sum;
    }
}
