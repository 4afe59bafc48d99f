namespace Pescador.Fast;

/// <summary>The keys of a header's maps: pescador's, and ours in the first of them.</summary>
internal static class WireKeys
{
    /// <summary>The version of what is ours; a header of another is refused.</summary>
    internal const ulong Version = 1;

    internal const string ElementType = "dtype";
    internal const string Shape = "shape";
    internal const string Name = "key";
    internal const string Aligned = "aligned";

    internal const string FormatVersion = "v";
    internal const string Sequence = "seq";
    internal const string Worker = "worker";
    internal const string Waited = "waited";
    internal const string State = "state";
    internal const string Unsaved = "unsaved";

    internal const string ErrorType = "type";
    internal const string ErrorMessage = "message";
    internal const string ErrorStack = "stack";
}
