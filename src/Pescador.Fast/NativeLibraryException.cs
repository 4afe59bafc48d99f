namespace Pescador.Fast;

/// <summary>A native library that is not there, or not one that can be used; the message says what to install.</summary>
public sealed class NativeLibraryException : PescadorException
{
    /// <summary>An error without a message of its own.</summary>
    public NativeLibraryException()
    {
    }

    /// <summary>An error that says which library, where it was looked for, and what to install.</summary>
    public NativeLibraryException(string message)
        : base(message)
    {
    }

    /// <summary>An error with its cause.</summary>
    public NativeLibraryException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}
