using System.Diagnostics;
using System.Runtime.ExceptionServices;

namespace Pescador.Fast;

/// <content>The thread's part: it opens the stream, pulls it, and closes it.</content>
internal sealed partial class PrefetchWorker<T>
{
    private Activation<T>? _source;
    private long _interval; // items from the last checkpoint to the next
    private long _untilCheckpoint; // items
    private long _weightChanges;
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
            Activation<T> source = Open(scope);
            _weightChanges = MuxWeights.Changes;
            _interval = _untilCheckpoint = _policy.Begin(Stopwatch.GetTimestamp());
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

    private Activation<T> Open(StreamScope scope)
    {
        if (!_position.HasCheckpoint)
        {
            Volatile.Write(ref _source, recipe.Source.Activate(scope, _position.Seed));
        }
        else
        {
            var reader = new StateReader(_position.Checkpoint);
            Volatile.Write(ref _source, recipe.Source.Load(scope, reader));
            scope.Skipped.Load(reader, recipe.Source);
            reader.ExpectEnd();
        }

        Activation<T> source = _source;
        for (long left = _position.CountAtStart; left > 0; left--)
        {
            _stop.ThrowIfCancellationRequested();
            Replay(source, left);
        }

        return source;
    }

    // Given once before the state was saved; what was an error then is one again.
    private void Replay(Activation<T> source, long left)
    {
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
                if (--_untilCheckpoint == 0 || _weightChanges != MuxWeights.Changes)
                {
                    TakeCheckpoint(source, ref slot);
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

    private void TakeCheckpoint(Activation<T> source, ref HandOffSlot<T> slot)
    {
        long begun = Stopwatch.GetTimestamp();
        StateWriter writer = slot.Checkpoint ??= new StateWriter();
        writer.Clear();
        try
        {
            _weightChanges = MuxWeights.Changes; // first: a change that comes now may be missing from the checkpoint
            source.Save(writer);
            _scope!.Skipped.Save(writer, recipe.Source); // taken by Prepare
            slot.Note = HandOffNote.Checkpoint;
            _interval = _policy.Next(_interval - _untilCheckpoint, begun, Stopwatch.GetTimestamp(), _ring.Producer.Waited);
        }
        catch (Exception error)
        {
            // Streams on; who saves is told. What could not be saved once never can.
            slot.Note = HandOffNote.Unsaved;
            slot.Failure = ExceptionDispatchInfo.Capture(error);
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
        Volatile.Write(ref _hasClosed, true);
        Interlocked.MemoryBarrier(); // either this sees who waits, or who begins to wait sees that it has closed
        Volatile.Read(ref _whenEnded)?.TrySetResult();
    }
}
