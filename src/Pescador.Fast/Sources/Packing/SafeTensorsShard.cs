using Microsoft.Win32.SafeHandles;

namespace Pescador.Fast;

/// <summary>
/// A shard in one <c>.safetensors</c> file. Its header comes first and names the number of rows, so each tensor is written where it lies in a file of as
/// many rows as are foreseen; where there turn out to be fewer, the tensors after the first are moved together at the end.
/// </summary>
internal sealed class SafeTensorsShard : Shard
{
    private readonly string _path;
    private readonly string _partPath;
    private readonly SafeTensorsLayout _foreseen;
    private readonly byte[][] _buffers;
    private readonly int[] _buffered;
    private readonly long[] _ends; // where the next bytes of each tensor go in the file
    private SafeFileHandle? _file;
    private bool _isComplete;

    internal SafeTensorsShard(string stem, SampleSpec rowSpec, long foreseenRows)
        : base(rowSpec)
    {
        _path = stem + ".safetensors";
        _partPath = _path + PartEnd;
        _foreseen = new SafeTensorsLayout(rowSpec, foreseenRows);
        int bufferLength = ShardBuffers.LengthFor(rowSpec.Count);
        _buffers = [.. rowSpec.Tensors.ToArray().Select(_ => new byte[bufferLength])];
        _buffered = new int[rowSpec.Count];
        _ends = [.. Enumerable.Range(0, rowSpec.Count).Select(_foreseen.BeginOf)];
        _file = File.OpenHandle(_partPath, FileMode.Create, FileAccess.ReadWrite, FileShare.None);
    }

    internal override IReadOnlyList<string> Paths => [_path];

    private SafeFileHandle Open
    {
        get
        {
            ObjectDisposedException.ThrowIf(_file is null, this);
            return _file;
        }
    }

    internal override void Complete(List<string> notes)
    {
        for (int tensor = 0; tensor < _buffers.Length; tensor++)
        {
            Flush(tensor);
        }

        var layout = new SafeTensorsLayout(RowSpec, Rows, _foreseen.Header.Length);
        foreach (int tensor in layout.Order)
        {
            Move(_foreseen.BeginOf(tensor), layout.BeginOf(tensor), Rows * RowSpec[tensor].LengthInBytes);
        }

        RandomAccess.SetLength(Open, layout.LengthInBytes);
        RandomAccess.Write(Open, layout.Header, 0);
        Open.Dispose();
        _file = null;
        _isComplete = true;
        if (layout.Shortfall() is { } shortfall)
        {
            notes.Add($"'{Path.GetFileName(_path)}' has {Rows} rows, so that tensors begin not on a multiple of 64 bytes, but {shortfall}");
        }
    }

    public override void Dispose()
    {
        if (!_isComplete)
        {
            _file?.Dispose();
            _file = null;
            File.Delete(_partPath);
        }
    }

    protected override void Write(int tensor, TensorView row)
    {
        nint length = row.Spec.LengthInBytes;
        byte[] buffer = _buffers[tensor];
        for (nint start = 0; start < length;)
        {
            int part = (int)nint.Min(buffer.Length - _buffered[tensor], length - start);
            row.Bytes(start, part).CopyTo(buffer.AsSpan(_buffered[tensor]));
            _buffered[tensor] += part;
            start += part;
            if (_buffered[tensor] == buffer.Length)
            {
                Flush(tensor);
            }
        }
    }

    private void Flush(int tensor)
    {
        RandomAccess.Write(Open, _buffers[tensor].AsSpan(0, _buffered[tensor]), _ends[tensor]);
        _ends[tensor] += _buffered[tensor];
        _buffered[tensor] = 0;
    }

    // Only ever towards the beginning, so that what is copied is not overwritten before.
    private void Move(long from, long to, long length)
    {
        byte[] buffer = _buffers[0];
        for (long moved = 0; from != to && moved < length;)
        {
            int read = RandomAccess.Read(Open, buffer.AsSpan(0, (int)Math.Min(buffer.Length, length - moved)), from + moved);
            if (read == 0)
            {
                throw new IOException($"'{_partPath}' lost data while it was written.");
            }

            RandomAccess.Write(Open, buffer.AsSpan(0, read), to + moved);
            moved += read;
        }
    }
}
