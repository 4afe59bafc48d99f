using System.Text;

namespace Pescador.Fast.Cli.Tests;

/// <summary>The console, while several commands run in this process at once: each writes to its own.</summary>
internal sealed class RoutedConsole : IDisposable
{
    private readonly TextWriter _out = Console.Out;
    private readonly TextWriter _error = Console.Error;

    internal RoutedConsole()
    {
        Console.SetOut(Out);
        Console.SetError(Error);
    }

    internal static Router Out { get; } = new();

    internal static Router Error { get; } = new();

    public void Dispose()
    {
        Console.SetOut(_out);
        Console.SetError(_error);
    }

    /// <summary>Writes to the console of the command that the caller belongs to; nowhere where it belongs to none.</summary>
    internal sealed class Router : TextWriter
    {
        private readonly AsyncLocal<RunningCommand.OwnConsole?> _current = new();

        internal RunningCommand.OwnConsole? Current
        {
            set => _current.Value = value;
        }

        public override Encoding Encoding => Encoding.UTF8;

        public override void Write(char value) => _current.Value?.Add([value]);

        public override void Write(string? value) => _current.Value?.Add(value);

        public override void Write(char[] buffer, int index, int count) => _current.Value?.Add(buffer.AsSpan(index, count));

        public override void WriteLine(string? value) => _current.Value?.Add(value + "\n");
    }
}
