namespace Pescador.Fast;

/// <summary>How the elements of an array stand in a file.</summary>
internal enum StoredElement
{
    /// <summary>As in memory.</summary>
    Native,

    /// <summary>The bytes of each element in the other order.</summary>
    Swapped,

    /// <summary>The upper halves of float32; read as float32.</summary>
    BFloat16,
}
