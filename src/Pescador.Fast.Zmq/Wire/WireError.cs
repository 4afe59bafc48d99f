namespace Pescador.Fast;

/// <summary>A worker's exception as it travels.</summary>
/// <param name="Type">Full name.</param>
/// <param name="Message">Its message.</param>
/// <param name="Stack">All of it as text, inner exceptions included.</param>
internal sealed record WireError(string Type, string Message, string Stack)
{
    /// <summary>What of an exception travels.</summary>
    /// <param name="error">The exception.</param>
    /// <param name="longestText">Of message and stack each, in characters.</param>
    internal static WireError Of(Exception error, int longestText) =>
        new(Cut(error.GetType().FullName ?? error.GetType().Name, longestText), Cut(error.Message, longestText), Cut(error.ToString(), longestText));

    private static string Cut(string text, int longest) => text.Length <= longest ? text : text[..longest];
}
