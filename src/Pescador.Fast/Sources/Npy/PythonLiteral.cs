using System.Globalization;
using System.Text;

namespace Pescador.Fast;

/// <summary>Reads the Python literals of which <c>.npy</c> headers consist: strings, whole numbers, True and False, and the marks between.</summary>
/// <param name="text">The literal.</param>
/// <param name="place">For messages.</param>
internal ref struct PythonLiteral(ReadOnlySpan<char> text, SourcePlace place)
{
    private readonly ReadOnlySpan<char> _text = text;
    private int _position;

    /// <summary>Passes over a mark if it comes next.</summary>
    internal bool TryTake(char mark)
    {
        if (Next != mark)
        {
            return false;
        }

        _position++;
        return true;
    }

    internal void Take(char mark)
    {
        if (!TryTake(mark))
        {
            throw Unexpected($"'{mark}'");
        }
    }

    /// <summary>Whether a string comes next; Python 2 may have set a <c>u</c> before it.</summary>
    internal bool IsAtString => Next is '\'' or '"' || (Next == 'u' && _position + 1 < _text.Length && _text[_position + 1] is '\'' or '"');

    /// <summary>Whether that mark comes next.</summary>
    internal bool IsAt(char mark) => Next == mark;

    internal string ReadString()
    {
        if (!IsAtString)
        {
            throw Unexpected("a string");
        }

        _position += Next == 'u' ? 1 : 0;
        char quote = _text[_position++];
        var value = new StringBuilder();
        while (true)
        {
            char next = _position < _text.Length ? _text[_position++] : '\n';
            if (next == quote)
            {
                return value.ToString();
            }

            if (next is '\n' or '\r')
            {
                throw place.Error($"the header's string that begins with \"{Shorten(value.ToString())}\" has no end");
            }

            if (next == '\\')
            {
                ReadEscape(value);
            }
            else
            {
                value.Append(next);
            }
        }
    }

    internal bool ReadBoolean()
    {
        ReadOnlySpan<char> rest = Rest;
        if (rest.StartsWith("True") || rest.StartsWith("False"))
        {
            _position += rest[0] == 'T' ? 4 : 5;
            return rest[0] == 'T';
        }

        throw Unexpected("True or False");
    }

    /// <summary>A whole number, with Python 2's <c>L</c> if there is one.</summary>
    internal long ReadInteger()
    {
        ReadOnlySpan<char> rest = Rest;
        int length = rest.StartsWith("-") ? 1 : 0;
        while (length < rest.Length && char.IsAsciiDigit(rest[length]))
        {
            length++;
        }

        if (length == 0 || rest[length - 1] == '-')
        {
            throw Unexpected("a whole number");
        }

        if (!long.TryParse(rest[..length], NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out long value))
        {
            throw place.Error($"the header's number {Shorten(rest[..length].ToString())} is beyond 64 bits");
        }

        _position += length + (length < rest.Length && rest[length] == 'L' ? 1 : 0);
        return value;
    }

    /// <summary>Fails unless only blanks follow.</summary>
    internal void End()
    {
        if (Next != '\0' || _position < _text.Length)
        {
            throw Unexpected("only blanks after the dictionary");
        }
    }

    internal DataException Unexpected(string expected)
    {
        string found = Next == '\0' && _position == _text.Length ? "its end" : $"\"{Shorten(Rest.ToString())}\"";
        return place.Error($"the header has {found} at character {_position} where {expected} is expected");
    }

    // The next character that is not blank; 0 at the end.
    private char Next
    {
        get
        {
            while (_position < _text.Length && _text[_position] is ' ' or '\n' or '\t' or '\r' or '\f')
            {
                _position++;
            }

            return _position < _text.Length ? _text[_position] : '\0';
        }
    }

    // From that character on.
    private ReadOnlySpan<char> Rest
    {
        get
        {
            _ = Next;
            return _text[_position..];
        }
    }

    private void ReadEscape(StringBuilder value)
    {
        char kind = _position < _text.Length ? _text[_position++] : '\0';
        int digits = kind switch { 'x' => 2, 'u' => 4, 'U' => 8, _ => 0 };
        if (digits > 0)
        {
            if (digits > _text.Length - _position
                || !uint.TryParse(_text.Slice(_position, digits), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out uint code)
                || !Rune.IsValid(code))
            {
                throw Unexpected($"a character's {digits} hexadecimal digits");
            }

            _position += digits;
            value.Append(new Rune(code).ToString());
            return;
        }

        value.Append(kind switch
        {
            '\\' or '\'' or '"' => kind,
            'n' => '\n',
            't' => '\t',
            'r' => '\r',
            _ => throw place.Error($"the header's escape \\{kind} is not known"),
        });
    }

    private static string Shorten(string text) => text.Length <= 40 ? text : $"{text.AsSpan(0, 40)}...";
}
