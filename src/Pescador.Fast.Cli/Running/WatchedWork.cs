using System.Diagnostics;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace Pescador.Fast.Cli.Running;

/// <summary>What is shown of work that waits for others: a display that is drawn over, or in a file a line per second.</summary>
/// <param name="Display">Given the time since the one before.</param>
/// <param name="Line">The same as one line.</param>
internal sealed record WatchedWork(Func<TimeSpan, IRenderable> Display, Func<TimeSpan, string> Line)
{
    private static readonly TimeSpan DisplayInterval = TimeSpan.FromMilliseconds(250);
    private static readonly TimeSpan LineInterval = TimeSpan.FromSeconds(1);

    /// <summary>Runs the work on a thread of its own, and shows how it does from this one: whoever waits for a peer cannot draw.</summary>
    /// <param name="console">Where it is shown; nothing is shown when null.</param>
    /// <param name="begun">Set by the work when it has said what it says first; then the showing begins.</param>
    /// <param name="work">Its exception passes through.</param>
    internal T Run<T>(IAnsiConsole? console, WaitHandle begun, Func<T> work)
    {
        if (console is null)
        {
            return work();
        }

        Task<T> task = Task.Factory.StartNew(work, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
        WaitHandle.WaitAny([begun, ((IAsyncResult)task).AsyncWaitHandle]);
        if (Screen.IsLive(console) && !task.IsCompleted)
        {
            return Screen.WithDisplay(console, Display(TimeSpan.Zero), live => Watch(task, DisplayInterval, passed =>
            {
                live.UpdateTarget(Display(passed));
                live.Refresh();
            }));
        }

        return Watch(task, LineInterval, passed =>
        {
            console.WriteLine(Line(passed));
            Console.Out.Flush();
        });
    }

    private static T Watch<T>(Task<T> task, TimeSpan interval, Action<TimeSpan> look)
    {
        long last = Stopwatch.GetTimestamp();
        while (!((IAsyncResult)task).AsyncWaitHandle.WaitOne(interval))
        {
            long now = Stopwatch.GetTimestamp();
            look(Stopwatch.GetElapsedTime(last, now));
            last = now;
        }

        return task.GetAwaiter().GetResult();
    }
}
