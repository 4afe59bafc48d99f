namespace Pescador.Fast;

/// <summary>What an inlet or outlet is to the names of this process.</summary>
/// <param name="address">The name.</param>
/// <param name="isBinding">Whether it is bound here.</param>
/// <param name="isOutlet">Whether it sends.</param>
/// <param name="pattern">Whether it meets one or any number.</param>
/// <param name="worker">The outlet's name; empty for an inlet.</param>
/// <param name="gathering">Where the inlet's arrivals go; null for an outlet.</param>
/// <param name="changed">Called when a pipe was made, cut, or taken from.</param>
internal sealed class InprocEnd(
    string address, bool isBinding, bool isOutlet, ZmqPattern pattern, string worker, Gathering? gathering, Action changed)
{
    private InprocPipe[] _pipes = []; // copied when it changes

    internal string Address { get; } = address;

    internal bool IsBinding { get; } = isBinding;

    internal bool IsOutlet { get; } = isOutlet;

    internal ZmqPattern Pattern { get; } = pattern;

    internal string Worker { get; } = worker;

    internal Gathering? Gathering { get; } = gathering;

    internal string Role => IsOutlet ? "sender" : "receiver";

    /// <summary>Called when a pipe was made, cut, or taken from.</summary>
    internal Action Changed { get; } = changed;

    internal InprocPipe[] Pipes => Volatile.Read(ref _pipes);

    /// <summary>Whether it meets nobody yet, or any number. An inlet that has all it wanted meets nobody any more.</summary>
    internal bool CanMeetAnother => (Pattern == ZmqPattern.PushPull || Pipes.Length == 0) && Gathering?.HasEnded != true;

    internal bool Meets(InprocEnd other) => Array.Exists(Pipes, pipe => ReferenceEquals(pipe.Outlet, other) || ReferenceEquals(pipe.Inlet, other));

    /// <summary>Under the names' lock.</summary>
    internal void Add(InprocPipe pipe)
    {
        Volatile.Write(ref _pipes, [.. _pipes, pipe]);
        Changed();
    }

    /// <summary>Under the names' lock.</summary>
    internal void Remove(InprocPipe pipe)
    {
        Volatile.Write(ref _pipes, [.. _pipes.Where(other => !ReferenceEquals(other, pipe))]);
        Changed();
    }
}
