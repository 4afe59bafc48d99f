namespace Pescador.Fast.Throughput;

/// <summary>In which form the files of a corpus are written.</summary>
internal enum CorpusForm
{
    /// <summary>Two <c>.npy</c> each: rows and labels.</summary>
    Npy,

    /// <summary>An <c>.npz</c> of stored members.</summary>
    NpzStored,

    /// <summary>An <c>.npz</c> of deflated members.</summary>
    NpzDeflated,

    /// <summary>Two <c>.npy</c> each, in Fortran's order.</summary>
    NpyFortran,

    /// <summary>Two <c>.npy</c> each, in the other byte order.</summary>
    NpySwapped,

    /// <summary>A <c>.safetensors</c>.</summary>
    SafeTensors,

    /// <summary>A <c>.tar</c> with two <c>.npy</c> for each row.</summary>
    Tar,

    /// <summary>A <c>.csv</c>, the label last.</summary>
    Csv,
}
