namespace Pescador.Fast.CApi.Tests.Support;

/// <summary>Tests that count what the process has, one after the other.</summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class ProcessWide
{
    public const string Name = "process-wide counts";
}
