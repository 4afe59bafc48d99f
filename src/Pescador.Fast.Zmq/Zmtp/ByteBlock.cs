using System.Runtime.InteropServices;

namespace Pescador.Fast;

/// <summary>Bytes that do not move, as the kernel takes them (struct iovec).</summary>
/// <param name="Address">Of the first.</param>
/// <param name="LengthInBytes">How many.</param>
[StructLayout(LayoutKind.Sequential)]
internal readonly record struct ByteBlock(nint Address, nint LengthInBytes);
