namespace Pescador.Fast;

/// <summary>One axis of a graph's input or output.</summary>
/// <param name="Length">When it is fixed.</param>
/// <param name="Symbol">Its name when it is not fixed but has one, as in "n": the same name means the same length.</param>
public readonly record struct OnnxDimension(nint? Length, string? Symbol)
{
    /// <summary>The length, the symbol, or "?".</summary>
    public override string ToString() => Length?.ToString(System.Globalization.CultureInfo.InvariantCulture) ?? Symbol ?? "?";
}
