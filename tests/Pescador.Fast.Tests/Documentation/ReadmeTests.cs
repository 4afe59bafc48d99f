using System.Text.RegularExpressions;

namespace Pescador.Fast.Tests.Documentation;

public sealed partial class ReadmeTests
{
    [Fact]
    public void CodeBlocks_OfTheReadme_StandInTheSamplesThatAreCompiled()
    {
        string root = Root();
        string samples = string.Concat(
            Directory.EnumerateFiles(Path.Combine(root, "samples"), "*.cs", SearchOption.AllDirectories)
                .Where(static path => !path.Contains($"{Path.DirectorySeparatorChar}obj{Path.DirectorySeparatorChar}", StringComparison.Ordinal))
                .Select(File.ReadAllText));
        string[] blocks = [.. CodeBlock().Matches(File.ReadAllText(Path.Combine(root, "README.md"))).Select(static match => match.Groups[1].Value)];
        Assert.True(blocks.Length >= 5);
        foreach (string block in blocks)
        {
            string code = block.Replace("using Pescador.Fast;\n\n", "", StringComparison.Ordinal);
            Assert.Contains(code.Trim(), samples, StringComparison.Ordinal);
        }
    }

    internal static string Root()
    {
        DirectoryInfo? folder = new(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "Pescador.Fast.sln")))
        {
            folder = folder.Parent;
        }

        return Assert.IsType<DirectoryInfo>(folder).FullName;
    }

    [GeneratedRegex("```csharp\n(.*?)```", RegexOptions.Singleline)]
    private static partial Regex CodeBlock();
}
