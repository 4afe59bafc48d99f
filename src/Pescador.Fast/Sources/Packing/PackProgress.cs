namespace Pescador.Fast;

/// <summary>How far <see cref="ShardPacker"/> is.</summary>
/// <param name="Inspected">Sources whose headers were read; packing begins with the last one.</param>
/// <param name="Sources">How many there are.</param>
/// <param name="Rows">Rows written.</param>
/// <param name="TotalRows">Rows there are, those that will turn out to be bad included; 0 until all sources were inspected.</param>
/// <param name="LengthInBytes">Of the rows written.</param>
public readonly record struct PackProgress(int Inspected, int Sources, long Rows, long TotalRows, long LengthInBytes);
