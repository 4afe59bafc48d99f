using System.Globalization;
using System.Text.Json;

namespace Pescador.Fast;

/// <summary>
/// The members of an object, each taken once by its name and checked; those that nobody took are errors. By hand, because every error is to name the
/// member, what was expected and what was given.
/// </summary>
internal sealed class JsonMembers
{
    private const int LongestShown = 60; // of what was given, in characters

    private readonly string _path; // "", or as in "mux."
    private readonly Dictionary<string, JsonElement> _left = [];
    private readonly List<string> _known = [];

    internal JsonMembers(JsonElement value, string path, string what)
    {
        _path = path;
        if (value.ValueKind != JsonValueKind.Object)
        {
            throw new DescriptionException($"{what}: expected an object, got {Show(value)}.");
        }

        foreach (JsonProperty member in value.EnumerateObject())
        {
            if (!_left.TryAdd(member.Name, member.Value))
            {
                throw new DescriptionException($"'{path}{member.Name}' is given twice.");
            }
        }
    }

    internal DescriptionException Wrong(string name, string expected, string given) => new($"'{_path}{name}': expected {expected}, got {given}.");

    internal long? Integer(string name, long least, long most)
    {
        if (Take(name) is not { } value)
        {
            return null;
        }

        return value.ValueKind == JsonValueKind.Number && value.TryGetInt64(out long number) && number >= least && number <= most
            ? number
            : throw Wrong(name, string.Create(CultureInfo.InvariantCulture, $"a whole number from {least} to {most}"), Show(value));
    }

    internal double? Number(string name, Func<double, bool> isRight, string expected)
    {
        if (Take(name) is not { } value)
        {
            return null;
        }

        return value.ValueKind == JsonValueKind.Number && value.TryGetDouble(out double number) && double.IsFinite(number) && isRight(number)
            ? number
            : throw Wrong(name, expected, Show(value));
    }

    internal bool? Boolean(string name) => Take(name) switch
    {
        null => null,
        { ValueKind: JsonValueKind.True } => true,
        { ValueKind: JsonValueKind.False } => false,
        { } value => throw Wrong(name, "true or false", Show(value)),
    };

    internal string? Text(string name, string expected = "a string") => Take(name) switch
    {
        null => null,
        { ValueKind: JsonValueKind.String } value => TextOf(value, name, expected),
        { } value => throw Wrong(name, expected, Show(value)),
    };

    /// <summary>One of some words, underscores between their parts, or hyphens as on the command line.</summary>
    internal TWord? Word<TWord>(string name, params ReadOnlySpan<(string Word, TWord Value)> words) where TWord : struct
    {
        string expected = "one of";
        foreach ((string word, _) in words)
        {
            expected += $" '{word}'";
        }

        if (Text(name, expected) is not { } given)
        {
            return null;
        }

        foreach ((string word, TWord value) in words)
        {
            if (word == given.Replace('-', '_'))
            {
                return value;
            }
        }

        throw Wrong(name, expected, $"'{Cut(given)}'");
    }

    /// <summary>Several strings, or one.</summary>
    internal string[]? Texts(string name, string expected)
    {
        if (Take(name) is not { } value)
        {
            return null;
        }

        return value.ValueKind switch
        {
            JsonValueKind.String => [TextOf(value, name, expected)],
            JsonValueKind.Array => [.. value.EnumerateArray().Select(each =>
                each.ValueKind == JsonValueKind.String ? TextOf(each, name, expected) : throw Wrong(name, expected, $"{Show(each)} in it"))],
            _ => throw Wrong(name, expected, Show(value)),
        };
    }

    internal double[]? Numbers(string name, string expected)
    {
        if (Take(name) is not { } value)
        {
            return null;
        }

        return value.ValueKind != JsonValueKind.Array
            ? throw Wrong(name, expected, Show(value))
            : [.. value.EnumerateArray().Select(each =>
                each.ValueKind == JsonValueKind.Number && each.TryGetDouble(out double number) && double.IsFinite(number) ? number : throw Wrong(name, expected, $"{Show(each)} in it"))];
    }

    /// <summary>Whatever it is; null where it is not there, or null.</summary>
    internal JsonElement? Take(string name)
    {
        _known.Add(name);
        return _left.Remove(name, out JsonElement value) && value.ValueKind != JsonValueKind.Null ? value : null;
    }

    /// <summary>Says of a member that is there, and that nobody took, that it does not belong there.</summary>
    internal void Refuse(string name, string reason)
    {
        if (_left.TryGetValue(name, out JsonElement value) && value.ValueKind != JsonValueKind.Null)
        {
            throw new DescriptionException($"'{_path}{name}' is given, but {reason}.");
        }

        _left.Remove(name);
    }

    internal void RefuseOthers()
    {
        if (_left.Keys.FirstOrDefault() is { } unknown)
        {
            throw new DescriptionException($"There is no member '{_path}{Cut(unknown)}'; there are {string.Join(", ", _known)}.");
        }
    }

    internal static string Show(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.String => $"the string {Cut(value.GetRawText())}",
        JsonValueKind.Number => Cut(value.GetRawText()),
        JsonValueKind.Array => $"an array of {value.GetArrayLength()}",
        JsonValueKind.Object => "an object",
        _ => value.GetRawText(),
    };

    // Text of JSON may hold half a character (\ud800), which no string of ours does.
    internal string TextOf(JsonElement value, string name, string expected)
    {
        try
        {
            return value.GetString() ?? "";
        }
        catch (InvalidOperationException)
        {
            throw Wrong(name, $"{expected}, of whole characters", Show(value));
        }
    }

    private static string Cut(string text) => text.Length <= LongestShown ? text : $"{text[..LongestShown]}...";
}
