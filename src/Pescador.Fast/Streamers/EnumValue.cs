namespace Pescador.Fast;

/// <summary>Refuses values that an enumeration does not have.</summary>
internal static class EnumValue
{
    internal static void Check<TMode>(TMode mode, string parameter) where TMode : struct, Enum
    {
        if (!Enum.IsDefined(mode))
        {
            throw new ArgumentOutOfRangeException(parameter, mode, $"Unknown {typeof(TMode).Name}; there are {string.Join(", ", Enum.GetNames<TMode>())}.");
        }
    }
}
