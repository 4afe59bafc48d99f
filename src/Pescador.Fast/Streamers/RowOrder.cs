namespace Pescador.Fast;

/// <summary>In which order the rows of a table are given.</summary>
public enum RowOrder
{
    /// <summary>Endless, each row drawn with equal probability, with replacement.</summary>
    Random,

    /// <summary>From the first to the last, once.</summary>
    InOrder,

    /// <summary>Each row once, in an order drawn anew for each activation.</summary>
    Permuted,
}
