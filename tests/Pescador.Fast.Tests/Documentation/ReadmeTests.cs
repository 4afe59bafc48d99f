using System.Text.RegularExpressions;

namespace Pescador.Fast.Tests.Documentation;

public sealed partial class ReadmeTests
{
    [Theory]
    [InlineData("README.md", 5)]
    [InlineData("docs/trainers.md", 5)]
    public void CodeBlocks_OfADocument_StandInTheSamplesThatAreCompiledOrRun(string document, int atLeast)
    {
        string root = Root();
        string samples = string.Concat(
            Directory.EnumerateFiles(Path.Combine(root, "samples"), "*", SearchOption.AllDirectories)
                .Where(static path => Path.GetExtension(path) is ".cs" or ".py" && !path.Contains($"{Path.DirectorySeparatorChar}obj{Path.DirectorySeparatorChar}", StringComparison.Ordinal))
                .Select(path => Unindented(File.ReadAllText(path))));
        string[] blocks = [.. CodeBlock().Matches(File.ReadAllText(Path.Combine(root, document))).Select(static match => match.Groups[1].Value)];
        Assert.True(blocks.Length >= atLeast, $"{blocks.Length} blocks of code");
        foreach (string block in blocks)
        {
            string code = block.Replace("using Pescador.Fast;\n\n", "", StringComparison.Ordinal);
            Assert.Contains(Unindented(code).Trim(), samples, StringComparison.Ordinal);
        }
    }

    private static string Unindented(string text) => string.Join('\n', text.Split('\n').Select(static line => line.TrimStart(' ')));

    internal static string Root()
    {
        DirectoryInfo? folder = new(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "Pescador.Fast.sln")))
        {
            folder = folder.Parent;
        }

        return Assert.IsType<DirectoryInfo>(folder).FullName;
    }

    [GeneratedRegex("```(?:csharp|python)\n(.*?)```", RegexOptions.Singleline)]
    private static partial Regex CodeBlock();
}
