using System.Globalization;

namespace Pescador.Fast;

/// <summary>Data against its declared form; the message says where, what was expected and what was found.</summary>
public sealed class DataException : PescadorException
{
    private readonly string? _reason;

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

    /// <summary>An error in a row of a source.</summary>
    /// <param name="sourceName">What holds the data; a file's name, as a rule.</param>
    /// <param name="row">Which row, from 0; null where it is not one row's.</param>
    /// <param name="reason">What was expected and what was found.</param>
    public DataException(string sourceName, long? row, string reason)
        : base(string.Create(CultureInfo.InvariantCulture, $"'{sourceName}'{(row is null ? "" : ", row ")}{row}: {reason}"))
    {
        SourceName = sourceName;
        Row = row;
        _reason = reason;
    }

    /// <summary>What holds the data; null where the message alone says it.</summary>
    public string? SourceName { get; }

    /// <summary>Which row of the source, from 0; null where it is not known, or not one row's.</summary>
    public long? Row { get; }

    /// <summary>The message without the place.</summary>
    public string Reason => _reason ?? Message;
}
