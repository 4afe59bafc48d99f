namespace Pescador.Fast;

/// <summary>Names of tensors that a map was asked for.</summary>
internal static class TensorKeys
{
    /// <exception cref="ArgumentException">One is null or empty: no tensor has such a name.</exception>
    internal static string[] Checked(string[] keys, string parameter)
    {
        int bad = Array.FindIndex(keys, string.IsNullOrEmpty);
        return bad < 0
            ? keys
            : throw new ArgumentException($"Key {bad} is {(keys[bad] is null ? "null" : "empty")}; a tensor has a name.", parameter);
    }

    internal static string Quote(string[] keys) => string.Join(", ", keys.Select(static key => $"\"{key}\""));

    /// <exception cref="KeyNotFoundException">A key is missing; the message names it and those there are.</exception>
    internal static void Find(string[] keys, SampleSpec spec)
    {
        foreach (string key in keys)
        {
            spec.IndexOf(key);
        }
    }
}
