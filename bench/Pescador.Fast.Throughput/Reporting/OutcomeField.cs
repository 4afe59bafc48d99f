namespace Pescador.Fast.Throughput;

/// <summary>A field of an outcome: a figure with its range, a number, or a text.</summary>
internal sealed record OutcomeField(string Name, Figure? Figure, double? Number, string? Text);
