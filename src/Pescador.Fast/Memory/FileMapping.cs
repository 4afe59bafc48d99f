using System.IO.MemoryMappedFiles;
using System.Runtime.InteropServices;

namespace Pescador.Fast;

/// <summary>
/// A whole file, mapped for reading; the file itself is closed again at once, so that open files are never short. Owned by the table
/// that was opened over it, which disposes it.
/// </summary>
internal sealed unsafe class FileMapping : IDisposable
{
    private readonly SafeHandle? _memory; // of an empty file there is none
    private readonly FileStamp _stamp;
    private readonly nint _address;
    private readonly int _guard = -1;
    private int _isDisposed;

    private FileMapping(string path, FileStamp stamp, SafeHandle? memory)
    {
        Name = Path.GetFileName(path);
        _stamp = stamp;
        _memory = memory;
        if (memory is not null)
        {
            _address = memory.DangerousGetHandle(); // valid until Dispose: nobody else has the handle
            _guard = MappingGuard.Add(_address, LengthInBytes);
        }
    }

    ~FileMapping() => Release();

    /// <summary>For messages.</summary>
    internal string Name { get; }

    internal long LengthInBytes => _stamp.Length;

    /// <summary>Whether the path still leads to this file, unchanged.</summary>
    internal bool IsCurrent => _stamp.IsCurrent();

    /// <summary>Maps a file.</summary>
    /// <exception cref="DataException">It is not there or cannot be read.</exception>
    internal static FileMapping Open(string path) => Open(path, OperatingSystem.IsLinux());

    /// <summary>The same, by the kernel's calls or by the runtime's classes.</summary>
    internal static FileMapping Open(string path, bool isLinux)
    {
        try
        {
            return isLinux ? OpenOnLinux(path) : OpenAnywhere(path);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or NotSupportedException or ArgumentException)
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
        CheckRange(offset, length);

        // Invariant: the range lies in the mapping, which lives until Dispose.
        return new ReadOnlySpan<byte>((void*)(_address + (nint)offset), length);
    }

    /// <summary>A part of the file as a stream, for readers that want one. Disposing it does nothing.</summary>
    internal Stream OpenStream(long offset, long length)
    {
        CheckRange(offset, length);

        // Invariant: as above; the reader ends before the mapping does.
        return length == 0 ? Stream.Null : new UnmanagedMemoryStream((byte*)(_address + (nint)offset), length);
    }

    /// <summary>Says that the file is read here and there, little at a time.</summary>
    internal void IsReadHereAndThere() => MemoryAdvice.IsReadHereAndThere(_address, LengthInBytes);

    /// <summary>Fails if the file has lost bytes that were read from it since it was mapped: zeros stood in their place.</summary>
    /// <exception cref="DataException">It has.</exception>
    internal void ThrowIfLost()
    {
        if (MappingGuard.HasLost(_guard))
        {
            throw Lost();
        }
    }

    /// <summary>Fails if the file is shorter now than when it was mapped, or is not there any more; asked now and then, since the lost part
    /// of a page reads as zeros.</summary>
    /// <exception cref="DataException">It is.</exception>
    internal void ThrowIfGone()
    {
        if (_stamp.LengthNow() is not { } now || now < LengthInBytes)
        {
            throw Lost();
        }
    }

    public void Dispose()
    {
        Release();
        GC.SuppressFinalize(this);
    }

    private DataException Lost() => new(Name, null, _stamp.LengthNow() is { } now
        ? $"the file has shrunk while it was read: from {LengthInBytes} to {now} bytes."
        : "the file has disappeared while it was read.");

    private void CheckRange(long offset, long length)
    {
        ObjectDisposedException.ThrowIf(Volatile.Read(ref _isDisposed) != 0, this);
        if ((ulong)offset > (ulong)LengthInBytes || (ulong)length > (ulong)(LengthInBytes - offset))
        {
            throw new ArgumentOutOfRangeException(nameof(offset), offset, $"{length} bytes from there do not lie in a file of {LengthInBytes}.");
        }
    }

    private static FileMapping OpenOnLinux(string path)
    {
        byte[] encoded = LinuxFile.Encode(path);
        SafeHandle? memory = LinuxFile.Map(encoded, out FileFacts facts);
        return new FileMapping(path, new FileStamp(path, encoded, facts), memory);
    }

    private static FileMapping OpenAnywhere(string path)
    {
        using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, bufferSize: 1);
        if (!FileStamp.TryRead(path, null, out FileFacts facts) || facts.Length != file.Length)
        {
            throw new IOException("It was changed while it was opened.");
        }

        var stamp = new FileStamp(path, null, facts);
        if (facts.Length == 0)
        {
            return new FileMapping(path, stamp, null);
        }

        // The view outlives the mapping object and the file.
        using var mapping = MemoryMappedFile.CreateFromFile(file, null, 0, MemoryMappedFileAccess.Read, HandleInheritability.None, leaveOpen: true);
        return new FileMapping(path, stamp, mapping.CreateViewAccessor(0, facts.Length, MemoryMappedFileAccess.Read).SafeMemoryMappedViewHandle);
    }

    private void Release()
    {
        if (Interlocked.Exchange(ref _isDisposed, 1) == 0 && _memory is not null)
        {
            MappingGuard.Remove(_guard);
            _memory.Dispose();
        }
    }
}
