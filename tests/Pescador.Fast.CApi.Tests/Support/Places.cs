namespace Pescador.Fast.CApi.Tests.Support;

/// <summary>Where things are in the repository.</summary>
internal static class Places
{
    internal static string Root { get; } = FindRoot();

    /// <summary>What was built of native-interop/capi together with these tests, in the same configuration.</summary>
    internal static string Library { get; } = Path.Combine(Capi, "bin", Path.Combine(AppContext.BaseDirectory.TrimEnd(Path.DirectorySeparatorChar).Split(Path.DirectorySeparatorChar)[^2..]));

    internal static string Capi => Path.Combine(Root, "native-interop", "capi");

    internal static string Data(string file) => Path.Combine(Root, "samples", "data", file);

    private static string FindRoot()
    {
        DirectoryInfo? folder = new(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "Pescador.Fast.sln")))
        {
            folder = folder.Parent;
        }

        return Assert.IsType<DirectoryInfo>(folder).FullName;
    }
}
