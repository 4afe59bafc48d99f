using System.Buffers.Binary;
using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Text;

namespace Pescador.Fast;

/// <summary>
/// Writes an <c>.npy</c> file (version 1.0, C order, this machine's byte order), row by row. The file stands under its name only once it is
/// complete; until then it is called <c>NAME.part</c>, and is removed if it never is.
/// </summary>
public sealed class NpyWriter : IDisposable
{
    private const int HeaderLength = 256; // room for any shape of up to some ten axes; the data begins on a multiple of 64 in any case
    private const int LongestPart = 1 << 20;
    private const int NpyPrefix = 10; // magic, version, length

    private readonly string _path;
    private readonly ElementType _elementType;
    private readonly nint[] _rowShape;
    private readonly long _rowLength;
    private readonly int _headerLength;
    private FileStream? _file;
    private long _written;
    private long _emptyRows; // rows of no elements leave nothing that could be counted

    /// <summary>Begins a file.</summary>
    /// <param name="path">Its name when it is complete; a file of that name is replaced then.</param>
    /// <param name="elementType">Of its elements.</param>
    /// <param name="rowShape">Of one row; none for rows of one element.</param>
    /// <exception cref="IOException">It cannot be written.</exception>
    public NpyWriter(string path, ElementType elementType, params ReadOnlySpan<nint> rowShape)
        : this(path, LongestPart, elementType, rowShape)
    {
    }

    /// <summary>Begins a file, with another buffer.</summary>
    internal NpyWriter(string path, int bufferLength, ElementType elementType, ReadOnlySpan<nint> rowShape)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        _path = path;
        _elementType = elementType;
        _rowShape = rowShape.ToArray();
        _rowLength = new TensorSpec("row", elementType, rowShape).LengthInBytes;
        _headerLength = Math.Max(HeaderLength, (Header(long.MaxValue, 0).Length + 63) / 64 * 64);
        _file = new FileStream(PartPath, FileMode.Create, FileAccess.Write, FileShare.None, bufferLength);
        _file.Write(Header(0, _headerLength));
    }

    /// <summary>Rows written so far.</summary>
    public long Rows => _rowLength == 0 ? _emptyRows : _written / _rowLength;

    private static ReadOnlySpan<byte> Magic => [0x93, (byte)'N', (byte)'U', (byte)'M', (byte)'P', (byte)'Y', 1, 0];

    private string PartPath => _path + ".part";

    /// <summary>Writes whole rows.</summary>
    /// <param name="rows">Dense, row-major elements of the file's type.</param>
    /// <exception cref="ArgumentException">They are of another type, or end within a row.</exception>
    /// <exception cref="IOException">They cannot be written, as when the disk is full.</exception>
    public void Write<T>(ReadOnlySpan<T> rows) where T : unmanaged
    {
        if (ElementTypes.Of<T>() != _elementType)
        {
            throw new ArgumentException($"'{_path}' has elements of {_elementType.Name()}; got {ElementTypes.Of<T>().Name()}.", nameof(rows));
        }

        WriteBytes(MemoryMarshal.AsBytes(rows));
    }

    /// <summary>Writes the rows of a tensor, whose first axis is theirs.</summary>
    /// <exception cref="ArgumentException">Its rows are of another type or shape.</exception>
    /// <exception cref="IOException">They cannot be written.</exception>
    public void Write(TensorView rows)
    {
        if (rows.ElementType != _elementType || rows.Shape.IsEmpty || !rows.Shape[1..].SequenceEqual(_rowShape))
        {
            throw new ArgumentException($"'{_path}' has rows of {new TensorSpec("row", _elementType, _rowShape).Form}; got {rows.Spec.Form}.", nameof(rows));
        }

        WriteElements(rows);
        _emptyRows += rows.Shape[0];
    }

    /// <summary>Writes one row; its form was checked.</summary>
    internal void WriteRow(TensorView row)
    {
        Debug.Assert(row.ElementType == _elementType && row.Shape.SequenceEqual(_rowShape), "the caller has checked its form");
        WriteElements(row);
        _emptyRows++;
    }

    /// <summary>Makes the file as long as that many rows; those not written are zeros, and take no room where the disk can leave them out.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Fewer than are written.</exception>
    /// <exception cref="IOException">It cannot be written.</exception>
    public void SetRows(long rows)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(rows, Rows);
        _written = checked(rows * _rowLength);
        _emptyRows = rows;
        Open.SetLength(_headerLength + _written);
        Open.Seek(0, SeekOrigin.End);
    }

    /// <summary>Ends the file and gives it its name.</summary>
    /// <exception cref="IOException">It cannot be written.</exception>
    /// <exception cref="InvalidOperationException">The last row is not whole.</exception>
    public void Complete()
    {
        FileStream file = Open;
        if (_rowLength > 0 && _written % _rowLength != 0)
        {
            throw new InvalidOperationException($"'{_path}' ends within a row: {_written} bytes in rows of {_rowLength}.");
        }

        file.Position = 0;
        file.Write(Header(Rows, _headerLength));
        file.Dispose();
        _file = null;
        File.Move(PartPath, _path, overwrite: true);
    }

    /// <summary>Removes what was written, unless it is complete.</summary>
    public void Dispose()
    {
        if (_file is { } file)
        {
            _file = null;
            try
            {
                file.Dispose();
            }
            finally
            {
                File.Delete(PartPath);
            }
        }
    }

    private FileStream Open
    {
        get
        {
            ObjectDisposedException.ThrowIf(_file is null, this);
            return _file;
        }
    }

    private void WriteElements(TensorView elements)
    {
        nint length = elements.Spec.LengthInBytes;
        for (nint start = 0; start < length; start += LongestPart)
        {
            WriteBytes(elements.Bytes(start, (int)nint.Min(LongestPart, length - start)), isWhole: false);
        }
    }

    private void WriteBytes(ReadOnlySpan<byte> bytes, bool isWhole = true)
    {
        if (isWhole && _rowLength > 0 && bytes.Length % _rowLength != 0)
        {
            throw new ArgumentException($"'{_path}' has rows of {_rowLength} bytes; {bytes.Length} bytes end within one.");
        }

        Open.Write(bytes);
        _written += bytes.Length;
    }

    private byte[] Header(long rows, int length)
    {
        string kind = _elementType switch
        {
            ElementType.Bool => "|b",
            ElementType.Int8 => "|i",
            ElementType.UInt8 => "|u",
            ElementType.Float16 or ElementType.Float32 or ElementType.Float64 => "<f",
            ElementType.Int16 or ElementType.Int32 or ElementType.Int64 => "<i",
            _ => "<u",
        };
        string shape = string.Concat(_rowShape.Select(static axis => $" {axis},"));
        string dictionary = $"{{'descr': '{kind}{_elementType.SizeInBytes()}', 'fortran_order': False, 'shape': ({rows},{shape.TrimEnd(',')}), }}";
        int padded = Math.Max(length, NpyPrefix + dictionary.Length + 1);
        byte[] header = Encoding.ASCII.GetBytes(new string('\0', NpyPrefix) + dictionary.PadRight(padded - NpyPrefix - 1) + "\n");
        Magic.CopyTo(header);
        BinaryPrimitives.WriteUInt16LittleEndian(header.AsSpan(Magic.Length), checked((ushort)(padded - NpyPrefix)));
        return header;
    }
}
