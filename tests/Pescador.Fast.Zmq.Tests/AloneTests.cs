namespace Pescador.Fast.Zmq.Tests;

/// <summary>Tests that count what the whole process has: nothing else runs beside them.</summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public static class AloneTests
{
    public const string Name = "alone";
}
