namespace Pescador.Fast;

/// <summary>Data against its declared form; the message says where, what was expected and what was found.</summary>
public sealed class DataException : PescadorException
{
    /// <summary>An error without a message of its own.</summary>
    public DataException() => Reason = Message;

    /// <summary>An error that says where, what was expected and what was found.</summary>
    public DataException(string message)
        : base(message) => Reason = message;

    /// <summary>An error with its cause.</summary>
    public DataException(string message, Exception innerException)
        : base(message, innerException) => Reason = message;

    /// <summary>An error in a source.</summary>
    /// <param name="sourceName">The file, or whatever gave the data.</param>
    /// <param name="row">Which row, from 0; null for the source as a whole.</param>
    /// <param name="reason">What was expected and what was found.</param>
    public DataException(string sourceName, long? row, string reason)
        : base(At(sourceName, row, reason))
    {
        SourceName = sourceName;
        Row = row;
        Reason = reason;
    }

    /// <summary>An error in a source, with its cause.</summary>
    /// <inheritdoc cref="DataException(string, long?, string)"/>
    public DataException(string sourceName, long? row, string reason, Exception innerException)
        : base(At(sourceName, row, reason), innerException)
    {
        SourceName = sourceName;
        Row = row;
        Reason = reason;
    }

    /// <summary>The file, or whatever gave the data; null where the message alone says it.</summary>
    public string? SourceName { get; }

    /// <summary>Which row of it, from 0; null for the source as a whole.</summary>
    public long? Row { get; }

    /// <summary>What was expected and what was found, without the place.</summary>
    public string Reason { get; }

    private static string At(string sourceName, long? row, string reason) =>
        row is null ? $"'{sourceName}': {reason}" : $"'{sourceName}', row {row}: {reason}";
}
