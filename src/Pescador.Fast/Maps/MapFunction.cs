namespace Pescador.Fast;

/// <summary>What is said of a user's function in a label.</summary>
internal static class MapFunction
{
    // The compiler's names of lambdas differ within one build, which is all that can be known of them.
    internal static string NameOf(Delegate function) => $"{function.Method.DeclaringType?.Name}.{function.Method.Name}";
}
