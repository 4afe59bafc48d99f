namespace Pescador.Fast;

/// <summary>A member of a <c>.tar</c> that is a tensor.</summary>
/// <param name="OffsetInBytes">Of its content in the file.</param>
/// <param name="LengthInBytes">Of its content.</param>
/// <param name="Field">Which tensor.</param>
internal readonly record struct TarMember(long OffsetInBytes, long LengthInBytes, int Field);
