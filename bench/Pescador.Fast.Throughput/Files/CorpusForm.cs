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
}
