namespace Pescador.Fast;

/// <summary>A streamer, mux, map or pool that cannot work as asked; the message says what was asked and what is possible.</summary>
public class PescadorException : Exception
{
    /// <summary>An error without a message of its own.</summary>
    public PescadorException()
    {
    }

    /// <summary>An error that says what was asked and what is possible.</summary>
    public PescadorException(string message)
        : base(message)
    {
    }

    /// <summary>An error with its cause.</summary>
    public PescadorException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}
