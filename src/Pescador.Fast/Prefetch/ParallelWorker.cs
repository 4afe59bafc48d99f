using System.Globalization;
using System.Runtime.ExceptionServices;

namespace Pescador.Fast;

/// <summary>One of the threads on which the function runs.</summary>
internal sealed class ParallelWorker<T, TResult>(ParallelSelectStreamer<T, TResult> recipe, ParallelWindow<T, TResult> window, int number)
{
    private readonly WaitingPlace _place = window.PlaceOf(number);
    private Thread? _thread;

    internal void Start()
    {
        string name = string.Create(CultureInfo.InvariantCulture, $"ParallelSelect {number + 1} of {recipe.Workers}");
        var thread = new Thread(Work) { IsBackground = true, Name = name };
        thread.Start();
        _thread = thread;
    }

    /// <summary>Waits for the thread's end.</summary>
    internal void End()
    {
        _thread?.Join();
        _thread = null;
    }

    private void Work()
    {
        while (!window.Cancellation.IsCancellationRequested)
        {
            if (window.TryClaim(out int claimed))
            {
                Apply(ref window.Slots[claimed]);
                window.Post(claimed);
            }
            else if (window.IsExhausted)
            {
                return;
            }
            else
            {
                _place.Wait();
            }
        }
    }

    private void Apply(ref ParallelSlot<T, TResult> slot)
    {
        if (slot.Content != ParallelContent.Argument)
        {
            return; // an error of the source's
        }

        T argument = slot.Argument!; // there is one where the content says so
        slot.Argument = default; // what is forgotten must be found: nothing else may hold it
        slot.Content = ParallelContent.Nothing;
        try
        {
            slot.Result = Result(argument);
            slot.Content = ParallelContent.Result;
        }
        catch (Exception error)
        {
            slot.Failure = ExceptionDispatchInfo.Capture(error);
            slot.Content = ParallelContent.Failure;
        }
    }

    private TResult Result(T argument)
    {
        TResult result;
        try
        {
            result = recipe.Function(argument);
        }
        catch
        {
            Owned<T>.Dispose(argument);
            throw;
        }

        if (result is not T same || !Owned<T>.AreSame(same, argument))
        {
            Owned<T>.Dispose(argument);
        }

        return result;
    }
}
