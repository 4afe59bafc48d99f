using System.IO.MemoryMappedFiles;

namespace Pescador.Fast;

/// <summary>
/// A whole file, mapped for reading; the file itself is closed again at once, so that open files are never short. Owned by the table
/// that was opened over it, which disposes it.
/// </summary>
internal sealed unsafe class FileMapping : IDisposable
{
    private readonly MemoryMappedViewAccessor? _view; // of an empty file there is none
    private readonly nint _address;
    private int _isDisposed;

    private FileMapping(string path, MemoryMappedViewAccessor? view, long length)
    {
        Name = Path.GetFileName(path);
        _view = view;
        LengthInBytes = length;
        if (view is not null)
        {
            byte* address = null;
            view.SafeMemoryMappedViewHandle.AcquirePointer(ref address); // released by Dispose
            _address = (nint)address;
        }
    }

    /// <summary>For messages.</summary>
    internal string Name { get; }

    internal long LengthInBytes { get; }

    /// <summary>Maps a file.</summary>
    /// <exception cref="DataException">It is not there or cannot be read.</exception>
    internal static FileMapping Open(string path)
    {
        try
        {
            using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, bufferSize: 1);
            long length = file.Length;
            if (length == 0)
            {
                return new FileMapping(path, null, 0);
            }

            using var mapping = MemoryMappedFile.CreateFromFile(file, null, 0, MemoryMappedFileAccess.Read, HandleInheritability.None, leaveOpen: true);
            return new FileMapping(path, mapping.CreateViewAccessor(0, length, MemoryMappedFileAccess.Read), length);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or NotSupportedException)
        {
            throw new DataException(Path.GetFileName(path), null, $"the file cannot be opened: {error.Message}", error);
        }
    }

    /// <summary>The address of a byte that lies in the file.</summary>
    internal nint AddressOf(long offset) => (ulong)offset <= (ulong)LengthInBytes
        ? _address + (nint)offset
        : throw new ArgumentOutOfRangeException(nameof(offset), offset, $"The file has {LengthInBytes} bytes.");

    /// <summary>Bytes that lie in the file.</summary>
    internal ReadOnlySpan<byte> Bytes(long offset, int length)
    {
        ObjectDisposedException.ThrowIf(Volatile.Read(ref _isDisposed) != 0, this);
        if ((ulong)offset > (ulong)LengthInBytes || (ulong)length > (ulong)(LengthInBytes - offset))
        {
            throw new ArgumentOutOfRangeException(nameof(offset), offset, $"{length} bytes from there do not lie in a file of {LengthInBytes}.");
        }

        // Invariant: the range lies in the mapping, which lives until Dispose.
        return new ReadOnlySpan<byte>((void*)(_address + (nint)offset), length);
    }

    /// <summary>A part of the file as a stream, for readers that want one. Disposing it does nothing.</summary>
    internal Stream OpenStream(long offset, long length)
    {
        if ((ulong)offset > (ulong)LengthInBytes || (ulong)length > (ulong)(LengthInBytes - offset))
        {
            throw new ArgumentOutOfRangeException(nameof(offset), offset, $"{length} bytes from there do not lie in a file of {LengthInBytes}.");
        }

        // Invariant: as above; the reader ends before the mapping does.
        return length == 0 ? Stream.Null : new UnmanagedMemoryStream((byte*)(_address + (nint)offset), length);
    }

    /// <summary>Fails if the file has lost bytes that were read from it since it was mapped: zeros stood in their place.</summary>
    /// <exception cref="DataException">It has.</exception>
    internal void ThrowIfLost() => ObjectDisposedException.ThrowIf(Volatile.Read(ref _isDisposed) != 0, this);

    public void Dispose()
    {
        if (Interlocked.Exchange(ref _isDisposed, 1) == 0 && _view is not null)
        {
            _view.SafeMemoryMappedViewHandle.ReleasePointer();
            _view.Dispose();
        }
    }
}
