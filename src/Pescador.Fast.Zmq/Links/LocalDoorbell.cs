namespace Pescador.Fast;

/// <summary>A doorbell that threads of this process ring.</summary>
/// <param name="isReady">Whether there is nothing to wait for.</param>
internal sealed class LocalDoorbell(Func<bool> isReady) : Doorbell
{
    private readonly WaitingPlace _place = new(isReady);

    internal override TimeSpan Waited => _place.Waited;

    internal override void Wait() => _place.Wait();

    internal override void Ring()
    {
        Interlocked.MemoryBarrier(); // either this sees the other waiting, or the other sees what was written before
        if (_place.IsTaken)
        {
            _place.Wake();
        }
    }
}
