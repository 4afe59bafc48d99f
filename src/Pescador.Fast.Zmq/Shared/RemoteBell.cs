using System.Diagnostics;

namespace Pescador.Fast;

/// <summary>A bell without futexes, on the side that rings: over the control socket.</summary>
internal sealed class RemoteBell(nint words, ControlSocket control) : SharedBell(words, isSpinning: false)
{
    private protected override bool Block(uint rung) => throw new UnreachableException("only the other side waits here");

    private protected override void Wake() => control.SendWake();
}
