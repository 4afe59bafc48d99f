namespace Pescador.Fast;

/// <summary>Which rows of each file.</summary>
internal enum SplitPart
{
    All,
    Training,
    HeldOut,
}
