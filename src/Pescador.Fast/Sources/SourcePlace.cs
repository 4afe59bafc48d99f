namespace Pescador.Fast;

/// <summary>Where in the data something is wrong: for messages.</summary>
/// <param name="Source">The file.</param>
/// <param name="Row">Which row, from 0; null for the file as a whole.</param>
/// <param name="Part">A member or array of it, as in <c>member 'X.npy'</c>; null for the file as a whole.</param>
internal readonly record struct SourcePlace(string Source, long? Row = null, string? Part = null)
{
    /// <summary>An error there.</summary>
    /// <param name="reason">What was expected and what was found.</param>
    internal DataException Error(string reason) => new(Source, Row, Full(reason));

    /// <inheritdoc cref="Error(string)"/>
    internal DataException Error(string reason, Exception cause) => new(Source, Row, Full(reason), cause);

    private string Full(string reason) => Part is null ? reason : $"{Part}: {reason}";
}
