using Microsoft.Win32.SafeHandles;

namespace Pescador.Fast;

/// <summary>A message from the control socket. Good until the next is read.</summary>
/// <param name="Kind">What it is.</param>
/// <param name="Body">Its content.</param>
/// <param name="File">What came along; the reader's, or nobody's: then it is closed.</param>
internal readonly record struct ControlMessage(ControlKind Kind, ReadOnlyMemory<byte> Body, SafeFileHandle? File);
