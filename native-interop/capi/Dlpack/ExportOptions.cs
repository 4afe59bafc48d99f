namespace Pescador.Fast;

/// <summary>How a tensor is exported; the same numbers stand in pescador_fast.h.</summary>
[Flags]
internal enum ExportOptions : uint
{
    None = 0,

    /// <summary>As <see cref="VersionedDlpack"/>.</summary>
    Versioned = 1,

    /// <summary>A copy, aligned to 64 bytes.</summary>
    Copy = 2,

    /// <summary>Bool as bytes of 0 or 1, for consumers that know no bool.</summary>
    BytesForBool = 4,

    All = Versioned | Copy | BytesForBool,
}
