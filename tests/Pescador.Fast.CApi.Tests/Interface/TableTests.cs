using System.Reflection;
using System.Runtime.InteropServices;
using System.Text.RegularExpressions;
using Pescador.Fast.CApi.Tests.Support;

namespace Pescador.Fast.CApi.Tests.Interface;

public sealed partial class TableTests
{
    [Fact]
    public void Table_AsTheHeaderHasIt_HasTheSameFunctionsInThatOrder()
    {
        string header = File.ReadAllText(Path.Combine(Places.Capi, "include", "pescador_fast.h"));
        string table = header[header.IndexOf("typedef struct pf_api {", StringComparison.Ordinal)..header.IndexOf("} pf_api;", StringComparison.Ordinal)];
        string[] described = [.. Function().Matches(table).Select(static match => match.Groups[1].Value)];
        FieldInfo[] fields = typeof(ApiTable).GetFields(BindingFlags.Instance | BindingFlags.NonPublic);
        Assert.Equal(described, fields.Skip(2).Select(static field => Capital().Replace(field.Name, "_$0").ToLowerInvariant()));
    }

    [Fact]
    public void Functions_OfTheInterface_AreExportedByNamesOfTheirOwn()
    {
        string?[] names = [.. typeof(NativeApi).GetMethods(BindingFlags.Static | BindingFlags.Public | BindingFlags.NonPublic)
            .Select(static method => method.GetCustomAttribute<UnmanagedCallersOnlyAttribute>()?.EntryPoint).Where(static name => name is not null)];
        Assert.Equal(16, names.Distinct().Count()); // those of the table, and the one that fills it
        Assert.All(names, static name => Assert.StartsWith("pescador_fast_", name, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("Batch", 1)]
    [InlineData("NotYet", 2)]
    [InlineData("Argument", -1)]
    [InlineData("Handle", -2)]
    [InlineData("Description", -3)]
    [InlineData("Data", -4)]
    [InlineData("Stream", -5)]
    [InlineData("Cancelled", -6)]
    [InlineData("File", -7)]
    [InlineData("Memory", -8)]
    [InlineData("Internal", -9)]
    public void Code_AsTheHeaderHasIt_IsTheSameNumber(string name, int number)
    {
        string constant = (number < 0 ? "PF_ERROR_" : "PF_") + Capital().Replace(name, "_$0").ToUpperInvariant();
        Assert.Matches($@"\b{constant} = {number}\b", File.ReadAllText(Path.Combine(Places.Capi, "include", "pescador_fast.h")));
        Assert.Equal(number, (int)Enum.Parse<ApiCode>(name));
    }

    [GeneratedRegex(@"\(\*(\w+)\)\(")]
    private static partial Regex Function();

    [GeneratedRegex(@"(?<=\w)[A-Z]")]
    private static partial Regex Capital();
}
