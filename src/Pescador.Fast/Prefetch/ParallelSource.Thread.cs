using System.Runtime.ExceptionServices;

namespace Pescador.Fast;

/// <content>The thread's part: it opens the stream, pulls it, and closes it.</content>
internal sealed partial class ParallelSource<T, TResult>
{
    private readonly CheckpointedSource<T> _source = new(recipe.Source, recipe.CheckpointInterval);
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
            WeightChangesAtStart = MuxWeights.Changes;
            PrefetchPosition start = position.Source;
            Activation<T> source = _source.Open(scope, start.Seed, false, start.HasCheckpoint ? start.Checkpoint : default, start.CountAtStart);
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

    // False after a DataException: whoever gets it may skip it and go on.
    private bool Pump(Activation<T> source)
    {
        try
        {
            while (!_stop.IsCancellationRequested && (window.HasRoom || WaitForRoom()))
            {
                while (ParallelDelivered.Contains(_delivered, _number))
                {
                    _source.Replay(_scope!, 1); // taken by Prepare; delivered once, so not worked on again
                    _number++;
                }

                if (!source.TryNext(out T? item))
                {
                    return true;
                }

                ref ParallelSlot<T, TResult> slot = ref window.Back;
                slot.Argument = item;
                slot.Content = ParallelContent.Argument;
                if (_source.IsCheckpointDue)
                {
                    TakeCheckpoint(ref slot);
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
        slot.WeightChanges = _source.WeightChanges;
        window.Publish();
    }

    private void TakeCheckpoint(ref ParallelSlot<T, TResult> slot)
    {
        StateWriter writer = slot.Checkpoint ??= new StateWriter();
        writer.Clear();
        slot.Unsaved = _source.TrySave(writer, _scope!, window.Source.Waited); // taken by Prepare
        slot.HasCheckpoint = slot.Unsaved is null;
    }

    private void Close(StreamScope scope)
    {
        _closingError = _source.Close() ?? _closingError;
        scope.Disown();
    }
}
