using System.Diagnostics.CodeAnalysis;
using System.Text.Json;

namespace Pescador.Fast;

/// <summary>A worker's arguments as JSON: data, of the type that the method itself names.</summary>
internal static class WorkerArguments
{
    private static readonly JsonSerializerOptions Options = new() { IncludeFields = true, MaxDepth = 64 };

    /// <summary>The JSON, once it is sure that it carries the arguments.</summary>
    /// <exception cref="ArgumentException">It does not; the message says what became of them.</exception>
    [RequiresUnreferencedCode(ProcessPlan.NeedsReflection)]
    [RequiresDynamicCode(ProcessPlan.NeedsReflection)]
    internal static string Of<TArguments>(TArguments arguments)
    {
        string there;
        string back;
        try
        {
            there = JsonSerializer.Serialize(arguments, Options);
            back = JsonSerializer.Serialize(JsonSerializer.Deserialize<TArguments>(there, Options), Options);
        }
        catch (Exception error) when (error is JsonException or NotSupportedException or InvalidOperationException)
        {
            throw new ArgumentException(
                $"JSON cannot carry the worker's arguments of type {typeof(TArguments)}: {error.Message}", nameof(arguments), error);
        }

        return there == back && !(there == "{}" && arguments is not null && HasContent(arguments))
            ? there
            : throw new ArgumentException(
                $"JSON does not carry the worker's arguments of type {typeof(TArguments)}: {Short(there)} came back as {Short(back)}. "
                + "Every property needs a setter, or a parameter of the constructor.", nameof(arguments));
    }

    [RequiresUnreferencedCode(ProcessPlan.NeedsReflection)]
    [RequiresDynamicCode(ProcessPlan.NeedsReflection)]
    internal static object? Read(string json, Type type) => JsonSerializer.Deserialize(json, type, Options);

    // What has state that no public member shows would arrive empty.
    [RequiresUnreferencedCode(ProcessPlan.NeedsReflection)]
    private static bool HasContent(object arguments) =>
        arguments.GetType().GetFields(System.Reflection.BindingFlags.Instance | System.Reflection.BindingFlags.NonPublic).Length > 0;

    private static string Short(string json) => json.Length <= 200 ? json : $"{json[..200]}...";
}
