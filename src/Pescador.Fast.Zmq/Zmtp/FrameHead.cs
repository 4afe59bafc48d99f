namespace Pescador.Fast;

/// <summary>A frame of a message: how long it is, and whether the message goes on after it.</summary>
/// <param name="LengthInBytes">Of its body.</param>
/// <param name="HasMore">Whether another frame of the same message follows.</param>
internal readonly record struct FrameHead(long LengthInBytes, bool HasMore);
