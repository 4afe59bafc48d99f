using System.Text;

namespace Pescador.Fast;

/// <summary>Cuts a line into its cells, without the blanks and quotes around them.</summary>
/// <param name="line">Without its end.</param>
/// <param name="separator">What stands between cells, unless they are quoted.</param>
internal ref struct CsvCells(ReadOnlySpan<byte> line, byte separator)
{
    private ReadOnlySpan<byte> _rest = line;
    private bool _isAtEnd;

    /// <summary>The cell; of a quoted one what is between the quotes.</summary>
    internal ReadOnlySpan<byte> Current { get; private set; }

    internal bool MoveNext()
    {
        if (_isAtEnd)
        {
            return false;
        }

        int end = _rest.IndexOf(separator);
        if (_rest[..(end < 0 ? _rest.Length : end)].Contains((byte)'"'))
        {
            end = EndOfQuoted();
        }

        Current = Strip(_rest[..(end < 0 ? _rest.Length : end)]);
        _isAtEnd = end < 0;
        _rest = _isAtEnd ? default : _rest[(end + 1)..];
        return true;
    }

    /// <summary>All cells, as text: of a header.</summary>
    internal static string[] Names(ReadOnlySpan<byte> line, byte separator)
    {
        List<string> names = [];
        var cells = new CsvCells(line, separator);
        while (cells.MoveNext())
        {
            names.Add(Encoding.UTF8.GetString(cells.Current).Replace("\"\"", "\"", StringComparison.Ordinal));
        }

        return [.. names];
    }

    internal static int Count(ReadOnlySpan<byte> line, byte separator)
    {
        int count = 0;
        var cells = new CsvCells(line, separator);
        while (cells.MoveNext())
        {
            count++;
        }

        return count;
    }

    /// <summary>A cell for a message.</summary>
    internal static string Show(ReadOnlySpan<byte> cell) =>
        cell.Length <= 32 ? $"'{Encoding.UTF8.GetString(cell)}'" : $"'{Encoding.UTF8.GetString(cell[..32])}...'";

    // The separator after the closing quote; a doubled quote opens and closes again.
    private readonly int EndOfQuoted()
    {
        bool isInside = false;
        for (int i = 0; i < _rest.Length; i++)
        {
            if (_rest[i] == '"')
            {
                isInside = !isInside;
            }
            else if (_rest[i] == separator && !isInside)
            {
                return i;
            }
        }

        return -1;
    }

    private static ReadOnlySpan<byte> Strip(ReadOnlySpan<byte> cell)
    {
        cell = cell.Trim(" \t"u8);
        return cell.Length >= 2 && cell[0] == '"' && cell[^1] == '"' ? cell[1..^1].Trim(" \t"u8) : cell;
    }
}
