using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Pescador.Fast;

/// <summary>A tree of streamers as text: a line each, indented; equal neighbours counted, and of very many the rest as a hash.</summary>
internal static class StreamOutline
{
    private const int MostGroups = 32;

    internal static string Of(IStreamerNode tree)
    {
        var text = new StringBuilder();
        Append(text, tree, "", "");
        return text.ToString();
    }

    internal static string Difference(string saved, string here)
    {
        string[] savedLines = saved.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        string[] hereLines = here.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        int line = 0;
        while (line < savedLines.Length && line < hereLines.Length && savedLines[line] == hereLines[line])
        {
            line++;
        }

        return $"at line {line + 1} of its outline it has '{LineOrEnd(savedLines, line)}' where this tree has '{LineOrEnd(hereLines, line)}'.";
    }

    private static string LineOrEnd(string[] lines, int line) => line < lines.Length ? lines[line].Trim() : "(nothing)";

    private static void Append(StringBuilder text, IStreamerNode node, string indent, string count)
    {
        text.Append(indent).Append(count).Append(node.Label.ReplaceLineEndings(" ")).Append('\n');
        string deeper = indent + "  ";
        int groups = 0;
        IncrementalHash? rest = null;
        string? last = null;
        IStreamerNode? lastNode = null;
        int equal = 0;
        foreach (IStreamerNode input in node.Inputs)
        {
            string outline = Of(input);
            if (outline == last)
            {
                equal++;
                continue;
            }

            Flush();
            last = outline;
            lastNode = input;
            equal = 1;
        }

        Flush();
        if (rest is not null)
        {
            text.Append(deeper).Append(CultureInfo.InvariantCulture, $"and others, {Convert.ToHexString(rest.GetHashAndReset().AsSpan(0, 16))}\n");
            rest.Dispose();
        }

        void Flush()
        {
            if (lastNode is null)
            {
                return;
            }

            string times = equal == 1 ? "" : string.Create(CultureInfo.InvariantCulture, $"{equal} × ");
            if (groups++ < MostGroups)
            {
                Append(text, lastNode, deeper, times);
                return;
            }

            rest ??= IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
            rest.AppendData(Encoding.UTF8.GetBytes(times + last));
        }
    }
}
