namespace Pescador.Fast;

/// <summary>The lines of a mapped <c>.csv</c> or <c>.csv.gz</c>, one after the other, through a buffer that holds one line at least.</summary>
internal sealed class CsvLines : IDisposable
{
    private const int FirstLength = 1 << 16;

    private readonly Stream _text;
    private readonly bool _isPacked;
    private readonly int _maxLine;
    private readonly SourcePlace _place;
    private byte[] _buffer = new byte[FirstLength];
    private int _start;
    private int _end;
    private bool _isAtEnd;

    internal CsvLines(FileMapping file, bool isPacked, SourceLimits limits)
    {
        _place = new SourcePlace(file.Name);
        _maxLine = limits.MaxLineInBytes;
        _isPacked = isPacked;
        _text = isPacked ? GzipFrame.InflateFile(file) : file.OpenStream(0, file.LengthInBytes);
    }

    /// <summary>Of the line that was given last, from 1, as editors count.</summary>
    internal long Number { get; private set; }

    /// <summary>Gives the next line that is not blank, without its end; good until the next call.</summary>
    /// <exception cref="DataException">It is too long, or the gzip data is damaged.</exception>
    internal bool Next(out ReadOnlySpan<byte> line)
    {
        while (NextOfAny(out line))
        {
            Number++;
            if (Number == 1 && line.StartsWith("\uFEFF"u8))
            {
                line = line[3..];
            }

            line = line is [.., (byte)'\r'] ? line[..^1] : line;
            if (line.ContainsAnyExcept((byte)' ', (byte)'\t'))
            {
                return true;
            }
        }

        return false;
    }

    public void Dispose() => _text.Dispose();

    private bool NextOfAny(out ReadOnlySpan<byte> line)
    {
        int searched = 0;
        while (true)
        {
            int length = _buffer.AsSpan(_start + searched, _end - _start - searched).IndexOf((byte)'\n');
            if (length >= 0 || _isAtEnd)
            {
                length = length >= 0 ? searched + length : _end - _start;
                line = Checked(_buffer.AsSpan(_start, length));
                bool isLine = _start < _end;
                _start = Math.Min(_end, _start + length + 1);
                return isLine;
            }

            searched = _end - _start;
            Fill();
            searched = Math.Min(searched, _end - _start); // the mark of the end is gone
        }
    }

    private void Fill()
    {
        Checked(_buffer.AsSpan(_start, _end - _start));
        if (_start > 0)
        {
            _buffer.AsSpan(_start, _end - _start).CopyTo(_buffer);
            (_start, _end) = (0, _end - _start);
        }
        else if (_end == _buffer.Length)
        {
            Array.Resize(ref _buffer, (int)Math.Min(2L * _buffer.Length, Array.MaxLength));
        }

        try
        {
            int read = _text.Read(_buffer, _end, _buffer.Length - _end);
            _end += read;
            _isAtEnd = read == 0;
        }
        catch (InvalidDataException error)
        {
            throw _place.Error($"after line {Number} the gzip data is damaged, or has another checksum or length than it says", error);
        }

        if (_isAtEnd && _isPacked)
        {
            _end -= _buffer.AsSpan(_start, _end - _start).EndsWith(GzipFrame.EndMark)
                ? GzipFrame.EndMark.Length
                : throw _place.Error($"after line {Number} the gzip data ends before its end, or something follows that is no gzip data");
        }
    }

    private ReadOnlySpan<byte> Checked(ReadOnlySpan<byte> line) => line.Length <= _maxLine
        ? line
        : throw _place.Error($"line {Number + 1} is longer than the {_maxLine} bytes that are accepted (MaxLineInBytes)");
}
