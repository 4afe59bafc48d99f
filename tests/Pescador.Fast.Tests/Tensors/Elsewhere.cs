namespace Pescador.Fast.Tests;

/// <summary>Code on a thread of its own, whose end is waited for, with a limit.</summary>
internal static class Elsewhere
{
    internal static readonly TimeSpan Limit = TimeSpan.FromSeconds(30);

    internal static void Run(Action action) => Start(action).End();

    internal static Task Start(Action action) =>
        Task.Factory.StartNew(action, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);

    /// <summary>Two actions that begin at the same moment on two threads.</summary>
    internal static void AtOnce(Action here, Action there)
    {
        using var together = new Barrier(2);
        Task other = Start(() =>
        {
            Assert.True(together.SignalAndWait(Limit), "the other thread did not come");
            there();
        });
        Assert.True(together.SignalAndWait(Limit), "the other thread did not come");
        here();
        other.End();
    }

    internal static void End(this Task task)
    {
        Assert.True(((IAsyncResult)task).AsyncWaitHandle.WaitOne(Limit), "a thread did not end");
        task.GetAwaiter().GetResult();
    }

    internal static void Until(Func<bool> condition) => Assert.True(SpinWait.SpinUntil(condition, Limit), "a condition did not come true");
}
