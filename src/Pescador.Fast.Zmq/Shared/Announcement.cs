using System.Runtime.InteropServices;

namespace Pescador.Fast;

/// <summary>What a producer announces.</summary>
internal enum AnnouncementKind
{
    /// <summary>Never written: what it stands in was not announced.</summary>
    None,

    /// <summary>A sample in a slot.</summary>
    Sample,

    /// <summary>The stream has ended well.</summary>
    End,

    /// <summary>The stream has failed; why, stands in a message.</summary>
    Failure,
}

/// <summary>One entry of the ring of announcements, as it lies in shared memory.</summary>
[StructLayout(LayoutKind.Sequential, Size = 32)]
internal struct Announcement
{
    /// <summary>From 0, without gaps.</summary>
    internal ulong Sequence;

    internal AnnouncementKind Kind;

    /// <summary>How many messages on the control socket are to be read first.</summary>
    internal int Messages;

    internal int Slot;

    internal int Form;
}
