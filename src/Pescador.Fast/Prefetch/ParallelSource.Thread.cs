using System.Diagnostics;
using System.Runtime.ExceptionServices;

namespace Pescador.Fast;

/// <content>The thread's part: it opens the stream, pulls it, and closes it.</content>
internal sealed partial class ParallelSource<T, TResult>
{
    private Activation<T>? _source;
    private long _interval; // items from the last checkpoint to the next
    private long _untilCheckpoint; // items
    private long _weightChanges;
    private long _number; // of the next item
    private long _roomWait; // of the workers, in ticks, up to the wait that goes on
    private long _workersWaited; // when that began, in ticks; negative when none does

    /// <summary>How long the workers, together, had nothing to do because there was no room for results.</summary>
    internal TimeSpan RoomWait
    {
        get
        {
            long begun = Volatile.Read(ref _workersWaited);
            long now = begun < 0 ? 0 : Math.Max(0, window.WorkersWaited().Ticks - begun);
            return new TimeSpan(Volatile.Read(ref _roomWait) + now);
        }
    }

    /// <summary>Begins to measure anew, while no thread runs.</summary>
    internal void Reset()
    {
        _roomWait = 0;
        _workersWaited = -1;
    }

    private void Work()
    {
        WasStopped = false;
        _number = 0;
        StreamScope scope = _scope!; // taken by Prepare
        try
        {
            scope.TakeOver();
            _weightChanges = WeightChangesAtStart = MuxWeights.Changes;
            Activation<T> source = Open(scope);
            _interval = _untilCheckpoint = _policy.Begin(Stopwatch.GetTimestamp());
            while (!Pump(source))
            {
            }
        }
        catch (OperationCanceledException) when (_stop.IsCancellationRequested)
        {
            WasStopped = true;
        }
        catch (Exception error)
        {
            Publish(error);
        }

        window.Complete(); // before closing: workers and consumer may go on
        Close(scope);
    }

    private Activation<T> Open(StreamScope scope)
    {
        if (!position.Source.HasCheckpoint)
        {
            Volatile.Write(ref _source, recipe.Source.Activate(scope, position.Source.Seed));
        }
        else
        {
            var reader = new StateReader(position.Source.Checkpoint);
            Volatile.Write(ref _source, recipe.Source.Load(scope, reader));
            scope.Skipped.Load(reader, recipe.Source);
            reader.ExpectEnd();
        }

        Activation<T> source = _source;
        for (long left = position.Source.CountAtStart; left > 0; left--)
        {
            Replay(source, left);
        }

        return source;
    }

    // Delivered once before the state was saved, so not worked on again; what was an error of the source's then is one again.
    private void Replay(Activation<T> source, long left)
    {
        _stop.ThrowIfCancellationRequested();
        try
        {
            if (source.TryNext(out T? item))
            {
                Owned<T>.Dispose(item);
                return;
            }
        }
        catch (DataException)
        {
            return;
        }

        throw new PescadorException(
            $"{recipe.Source.Label} ended when it was replayed, {left} items before where it stood when the state was saved. "
            + "An iterator must depend on its arguments and its context alone.");
    }

    // False after a DataException: whoever gets it may skip it and go on.
    private bool Pump(Activation<T> source)
    {
        try
        {
            while (!_stop.IsCancellationRequested && (window.HasRoom || WaitForRoom()))
            {
                while (ParallelDelivered.Contains(_delivered, _number))
                {
                    Replay(source, 1);
                    _number++;
                }

                if (!source.TryNext(out T? item))
                {
                    return true;
                }

                ref ParallelSlot<T, TResult> slot = ref window.Back;
                slot.Argument = item;
                slot.Content = ParallelContent.Argument;
                if (--_untilCheckpoint <= 0 || _weightChanges != MuxWeights.Changes)
                {
                    TakeCheckpoint(source, ref slot);
                }

                Publish(ref slot);
            }

            WasStopped = true;
            return true;
        }
        catch (DataException error)
        {
            Publish(error);
            return false;
        }
    }

    private bool WaitForRoom()
    {
        Volatile.Write(ref _workersWaited, window.WorkersWaited().Ticks);
        while (!window.HasRoom && !_stop.IsCancellationRequested)
        {
            window.Source.Wait();
        }

        long waited = window.WorkersWaited().Ticks - _workersWaited;
        Volatile.Write(ref _workersWaited, -1);
        Volatile.Write(ref _roomWait, _roomWait + Math.Max(0, waited));
        return window.HasRoom;
    }

    // There is room: it was waited for before the pull that failed.
    private void Publish(Exception error)
    {
        ref ParallelSlot<T, TResult> slot = ref window.Back;
        slot.Content = ParallelContent.Failure;
        slot.Failure = ExceptionDispatchInfo.Capture(error);
        Publish(ref slot);
    }

    private void Publish(ref ParallelSlot<T, TResult> slot)
    {
        slot.Number = _number++;
        slot.Skipped = _scope!.Skipped.CountAhead; // taken by Prepare
        slot.WeightChanges = _weightChanges;
        window.Publish();
    }

    private void TakeCheckpoint(Activation<T> source, ref ParallelSlot<T, TResult> slot)
    {
        long begun = Stopwatch.GetTimestamp();
        StateWriter writer = slot.Checkpoint ??= new StateWriter();
        writer.Clear();
        try
        {
            _weightChanges = MuxWeights.Changes; // first: a change that comes now may be missing from the checkpoint
            source.Save(writer);
            _scope!.Skipped.Save(writer, recipe.Source); // taken by Prepare
            slot.HasCheckpoint = true;
            _interval = _policy.Next(_interval - _untilCheckpoint, begun, Stopwatch.GetTimestamp(), window.Source.Waited);
        }
        catch (Exception error)
        {
            // Streams on; who saves is told. What could not be saved once never can.
            slot.Unsaved = ExceptionDispatchInfo.Capture(error);
            _interval = long.MaxValue;
        }

        _untilCheckpoint = _interval;
    }

    private void Close(StreamScope scope)
    {
        try
        {
            Activation<T>? source = _source;
            Volatile.Write(ref _source, null);
            source?.Close();
        }
        catch (Exception error)
        {
            _closingError = ExceptionDispatchInfo.Capture(error);
        }

        scope.Disown();
    }
}
