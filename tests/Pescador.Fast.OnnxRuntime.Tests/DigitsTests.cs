using System.Diagnostics;
using Samples;

namespace Pescador.Fast.OnnxTests;

/// <summary>The sample that the documentation quotes.</summary>
public sealed class DigitsTests
{
    private static readonly TimeSpan Longest = TimeSpan.FromMinutes(1);

    [Fact]
    public void Train_OnDigits_TellsThoseHeldOutApart()
    {
        Onnx.Need();
        using var folder = new TemporaryFolder();
        var digits = new DigitsPerceptron(Path.Combine(AppContext.BaseDirectory, "digits.csv.gz"), folder.Full);
        double learned = digits.Train();
        Assert.True(learned >= 0.94, $"{learned}");
        Assert.Equal(learned, digits.Infer(), 1e-9);
    }

    [Fact]
    public async Task Program_WithoutTheLibrary_SaysWhatToInstallAndFails()
    {
        var start = new ProcessStartInfo(Environment.ProcessPath is { } path && Path.GetFileNameWithoutExtension(path) == "dotnet" ? path : "dotnet")
        {
            ArgumentList = { Path.Combine(AppContext.BaseDirectory, "DigitsOnnx.dll") },
            RedirectStandardError = true,
            RedirectStandardOutput = true,
            Environment = { [OnnxSearch.Variable] = "/nowhere/libonnxruntime.so.1" },
        };
        using Process process = Process.Start(start) ?? throw new InvalidOperationException("no process was started");
        using var timeout = new CancellationTokenSource(Longest);
        string error = await process.StandardError.ReadToEndAsync(timeout.Token);
        await process.WaitForExitAsync(timeout.Token);
        Assert.Equal(1, process.ExitCode);
        Assert.Contains("/nowhere/libonnxruntime.so.1", error);
        Assert.Contains("npm install", error);
        Assert.DoesNotContain("   at ", error);
    }
}
