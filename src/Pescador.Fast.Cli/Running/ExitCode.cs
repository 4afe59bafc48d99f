namespace Pescador.Fast.Cli.Running;

/// <summary>What the program ends with.</summary>
internal static class ExitCode
{
    internal const int Done = 0;

    /// <summary>The data, the disk or the memory did not allow it; the message says what and what to do.</summary>
    internal const int Failed = 1;

    /// <summary>The arguments were wrong.</summary>
    internal const int WrongUse = 2;

    /// <summary>Ctrl-C, as shells count it.</summary>
    internal const int Interrupted = 130;
}
