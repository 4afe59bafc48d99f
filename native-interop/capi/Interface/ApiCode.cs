namespace Pescador.Fast;

/// <summary>What a function of the C interface returns; the same numbers stand in pescador_fast.h.</summary>
internal enum ApiCode
{
    Ok = 0,
    Batch = 1,
    NotYet = 2,
    Argument = -1,
    Handle = -2,
    Description = -3,
    Data = -4,
    Stream = -5,
    Cancelled = -6,
    File = -7,
    Memory = -8,
    Internal = -9,
}
