using System.Runtime.ExceptionServices;

namespace Pescador.Fast;

/// <content>The thread's part: it opens the stream, pulls it, and closes it.</content>
internal sealed partial class PrefetchWorker<T>
{
    private readonly CheckpointedSource<T> _source = new(recipe.Source, recipe.CheckpointInterval);
    private bool _wasStopped;
    private bool _hasClosed;

    private void Work()
    {
        _wasStopped = false;
        _hasClosed = false;
        StreamScope scope = _scope!; // taken by Prepare
        try
        {
            scope.TakeOver();
            Activation<T> source = _source.Open(
                scope, _position.Seed, false, _position.HasCheckpoint ? _position.Checkpoint : default, _position.CountAtStart);
            while (!Pump(source))
            {
            }
        }
        catch (OperationCanceledException) when (_stop.IsCancellationRequested)
        {
            _wasStopped = true;
        }
        catch (Exception error)
        {
            Publish(HandOffNote.LastError, error);
        }

        _ring.Complete(); // before closing: the consumer may go on with the others
        Close(scope);
    }

    // False after a DataException: whoever gets it may skip it and go on.
    private bool Pump(Activation<T> source)
    {
        HandOffRing<T> ring = _ring;
        try
        {
            while (!_stop.IsCancellationRequested && (ring.HasRoom || WaitForRoom()))
            {
                if (!source.TryNext(out T? item))
                {
                    return true;
                }

                ref HandOffSlot<T> slot = ref ring.Back;
                slot.Item = item;
                slot.Skipped = _scope!.Skipped.CountAhead; // taken by Prepare
                if (_source.IsCheckpointDue)
                {
                    TakeCheckpoint(ref slot);
                }

                ring.Publish();
            }

            _wasStopped = true;
            return true;
        }
        catch (DataException error)
        {
            Publish(HandOffNote.DataError, error);
            return false;
        }
    }

    private bool WaitForRoom()
    {
        while (!_ring.HasRoom)
        {
            if (_stop.IsCancellationRequested)
            {
                return false;
            }

            _ring.Producer.Wait();
        }

        return true;
    }

    // There is room: it was waited for before the pull that failed.
    private void Publish(HandOffNote note, Exception error)
    {
        ref HandOffSlot<T> slot = ref _ring.Back;
        slot.Note = note;
        slot.Failure = ExceptionDispatchInfo.Capture(error);
        slot.Skipped = _scope!.Skipped.CountAhead; // taken by Prepare
        _ring.Publish();
    }

    private void TakeCheckpoint(ref HandOffSlot<T> slot)
    {
        StateWriter writer = slot.Checkpoint ??= new StateWriter();
        writer.Clear();
        slot.Failure = _source.TrySave(writer, _scope!, _ring.Producer.Waited); // taken by Prepare
        slot.Note = slot.Failure is null ? HandOffNote.Checkpoint : HandOffNote.Unsaved;
    }

    private void Close(StreamScope scope)
    {
        _closingError = _source.Close() ?? _closingError;
        scope.Disown();
        Volatile.Write(ref _hasClosed, true);
        Interlocked.MemoryBarrier(); // either this sees who waits, or who begins to wait sees that it has closed
        Volatile.Read(ref _whenEnded)?.TrySetResult();
    }
}
