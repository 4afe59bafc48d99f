namespace Pescador.Fast;

/// <summary>A doorbell that threads of this process ring.</summary>
internal sealed class LocalDoorbell : Doorbell
{
    private readonly WaitingPlace _place;
    private int _rings;
    private int _heard;

    internal LocalDoorbell() => _place = new WaitingPlace(() => Volatile.Read(ref _rings) != _heard);

    internal override TimeSpan Waited => _place.Waited;

    internal override void Listen()
    {
        _heard = Volatile.Read(ref _rings);
        Interlocked.MemoryBarrier(); // what is looked at after this is at least as new as the rings heard
    }

    internal override void Wait() => _place.Wait();

    internal override void Ring()
    {
        Interlocked.Increment(ref _rings); // a full fence: either this sees the other waiting, or the other sees the ring
        if (_place.IsTaken)
        {
            _place.Wake();
        }
    }
}
