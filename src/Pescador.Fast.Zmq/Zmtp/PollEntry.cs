using System.Runtime.InteropServices;

namespace Pescador.Fast;

/// <summary>What is waited for, as the kernel takes it (struct pollfd).</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct PollEntry
{
    internal int File;
    internal short Wanted;
    internal short Seen;
}
