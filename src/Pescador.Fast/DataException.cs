namespace Pescador.Fast;

/// <summary>Data against its declared form; the message says where, what was expected and what was found.</summary>
public sealed class DataException : PescadorException
{
    /// <summary>An error without a message of its own.</summary>
    public DataException()
    {
    }

    /// <summary>An error that says where, what was expected and what was found.</summary>
    public DataException(string message)
        : base(message)
    {
    }

    /// <summary>An error with its cause.</summary>
    public DataException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}
