namespace Pescador.Fast.Zmq.Tests.Links;

/// <summary>A doorbell with a time-out.</summary>
internal sealed class TestDoorbell : Doorbell
{
    private readonly object _gate = new();

    internal int Rings { get; private set; }

    internal override TimeSpan Waited => TimeSpan.Zero;

    internal override void Wait()
    {
    }

    internal override void Ring()
    {
        lock (_gate)
        {
            Rings++;
            Monitor.PulseAll(_gate);
        }
    }

    /// <summary>Waits until the condition holds, which is looked at after every ring.</summary>
    internal void WaitFor(Func<bool> condition, string what)
    {
        // Not under the lock: what is looked at has locks of its own, under which others ring.
        long deadline = Environment.TickCount64 + 20_000;
        while (true)
        {
            int heard;
            lock (_gate)
            {
                heard = Rings;
            }

            if (condition())
            {
                return;
            }

            lock (_gate)
            {
                while (Rings == heard)
                {
                    int left = (int)(deadline - Environment.TickCount64);
                    Assert.True(left > 0 && Monitor.Wait(_gate, left), $"{what}: not within 20 s");
                }
            }
        }
    }
}
