namespace Pescador.Fast;

internal sealed class SharedDoorbell : Doorbell
{
    internal override TimeSpan Waited => default;

    internal override void Listen() => throw new NotImplementedException();

    internal override void Wait() => throw new NotImplementedException();

    internal override void Ring() => throw new NotImplementedException();
}
