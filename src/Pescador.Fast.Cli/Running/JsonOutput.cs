using System.Text.Encodings.Web;
using System.Text.Json;

namespace Pescador.Fast.Cli.Running;

/// <summary>What <c>--json</c> prints: one object, names in snake_case, numbers without separators.</summary>
internal static class JsonOutput
{
    private static readonly JsonSerializerOptions Options = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        WriteIndented = true,
    };

    internal static void Write<T>(T value) => Console.Out.WriteLine(JsonSerializer.Serialize(value, Options));
}
