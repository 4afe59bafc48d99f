namespace Pescador.Fast;

/// <summary>How processes wake each other.</summary>
internal enum SharedWaking
{
    /// <summary>By a word in shared memory that the kernel watches.</summary>
    Futex,

    /// <summary>By a message on the control socket; for kernels that refuse the other to unlike containers, and slower.</summary>
    Socket,
}
