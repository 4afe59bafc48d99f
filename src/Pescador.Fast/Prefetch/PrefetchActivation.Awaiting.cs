using System.Runtime.ExceptionServices;

namespace Pescador.Fast;

/// <content>For a consumer that awaits.</content>
internal sealed partial class PrefetchActivation<T>
{
    /// <summary>For who awaits: whether nothing can be said yet.</summary>
    /// <param name="next">Ends when it is worth asking again; to be awaited, once, if so.</param>
    internal bool MustWait(out ValueTask next)
    {
        if (_stop is null)
        {
            Start();
        }

        while (TryFindTurn(out PrefetchWorker<T>? worker))
        {
            if (worker.IsDecided)
            {
                if (worker.HasNext || Scope.Cancellation.IsCancellationRequested || worker.WaitForNext(Scope.Cancellation))
                {
                    break;
                }

                continue; // it has ended
            }

            next = worker.WaitAsync();
            return true;
        }

        next = default;
        return false;
    }

    /// <summary>Stops the threads without blocking this one; what is left is quick.</summary>
    internal Task StopAsync()
    {
        if (_stop is null)
        {
            return Task.CompletedTask;
        }

        var ends = Task.WhenAll(_workers.Select(static worker => worker.WhenEnded()));
        ExceptionDispatchInfo? first = null;
        Cancel(ref first); // cancels again, and tells, when it is closed
        return ends;
    }
}
