namespace Pescador.Fast.Zmq.Tests.Links;

/// <summary>An outlet and the pool of what it sends; each call on a task of its own, in order.</summary>
internal sealed class TestProducer : IDisposable
{
    private readonly CancellationTokenSource _stop = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
    private readonly SlabPool _pool;
    private Task _last = Task.CompletedTask;

    internal TestProducer(string endpoint, bool isBinding, ZmqPattern pattern, ZmqOptions? options = null, string worker = "w", SampleSpec? spec = null)
    {
        Spec = spec ?? new SampleSpec(TensorSpec.Of<float>("X", 64), TensorSpec.Of<long>("Y"));
        _pool = new SlabPool(Spec, 16, timeout: TimeSpan.FromSeconds(20));
        Outlet = LinkFactory.Open(ZmqEndpoint.Parse(endpoint), isBinding, pattern, options ?? ZmqOptions.Default, worker);
    }

    internal Outlet Outlet { get; }

    internal SampleSpec Spec { get; }

    internal long Sent { get; private set; }

    internal PoolCounters Counters => _pool.Counters;

    internal CancellationTokenSource Stop => _stop;

    /// <summary>Samples whose last tensor holds a number, from <paramref name="first"/> on.</summary>
    internal Task Send(int first, int count, StateWriter? checkpoint = null) => Then(() =>
    {
        for (int i = first; i < first + count; i++)
        {
            Sample sample = _pool.Rent(_stop.Token);
            sample[sample.Count - 1].Span<long>()[0] = i;
            Outlet.Send(sample, checkpoint, null, _stop.Token);
            Sent++;
        }
    });

    internal Task Complete() => Then(() => Outlet.Complete(_stop.Token));

    internal Task Fail(Exception error) => Then(() => Outlet.Fail(error));

    internal Task Then(Action action) =>
        _last = _last.ContinueWith(
            last =>
            {
                last.GetAwaiter().GetResult();
                action();
            },
            CancellationToken.None, TaskContinuationOptions.LongRunning, TaskScheduler.Default);

    public void Dispose()
    {
        _stop.Cancel();
        Outlet.Dispose();
        try
        {
            Assert.True(_last.Wait(TimeSpan.FromSeconds(20), CancellationToken.None));
        }
        catch (AggregateException)
        {
            // awaited where it matters
        }

        Assert.Equal(0, _pool.Counters.Outstanding);
        _pool.Dispose();
        _stop.Dispose();
    }
}
