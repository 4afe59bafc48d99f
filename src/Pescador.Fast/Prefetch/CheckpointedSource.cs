using System.Diagnostics;
using System.Runtime.ExceptionServices;

namespace Pescador.Fast;

/// <summary>A stream that runs ahead of whoever consumes it: opened at its begin or where a checkpoint stands, and saved as often as that costs little. Used
/// by the thread that pulls it; only <see cref="Active"/> is read by others.</summary>
internal sealed class CheckpointedSource<T>(Streamer<T> streamer, int? checkpointInterval)
{
    private readonly CheckpointPolicy _policy = new(checkpointInterval);
    private Activation<T>? _active;
    private long _interval; // items from the last checkpoint to the next
    private long _untilCheckpoint; // items

    /// <summary>What is open; from another thread a glimpse.</summary>
    internal Activation<T>? Active => Volatile.Read(ref _active);

    /// <summary>How often the weights of muxes had changed when it was saved last, or opened.</summary>
    internal long WeightChanges { get; private set; }

    /// <summary>Counts an item that was pulled. Whether the state right after it is to be saved.</summary>
    internal bool IsCheckpointDue => --_untilCheckpoint <= 0 || WeightChanges != MuxWeights.Changes;

    /// <summary>Opens it, and makes again, to be dropped, what was delivered after the checkpoint.</summary>
    /// <param name="scope">Of the run it belongs to, with what stops it.</param>
    /// <param name="seed">Where there is no checkpoint.</param>
    /// <param name="isRoot">Whether the streamer's own seed is in that already.</param>
    /// <param name="checkpoint">What <see cref="TrySave"/> wrote; empty for the begin.</param>
    /// <param name="count">How many items were delivered since.</param>
    internal Activation<T> Open(StreamScope scope, ulong seed, bool isRoot, ReadOnlyMemory<byte> checkpoint, long count)
    {
        WeightChanges = MuxWeights.Changes;
        if (checkpoint.IsEmpty)
        {
            Volatile.Write(ref _active, streamer.Activate(scope, seed, isRoot));
        }
        else
        {
            var reader = new StateReader(checkpoint);
            Volatile.Write(ref _active, streamer.Load(scope, reader));
            scope.Skipped.Load(reader, streamer);
            reader.ExpectEnd();
        }

        for (long left = count; left > 0; left--)
        {
            Replay(scope, left);
        }

        _interval = _untilCheckpoint = _policy.Begin(Stopwatch.GetTimestamp());
        return _active;
    }

    /// <summary>Drops an item that was delivered before the state was saved; what was an error then is one again.</summary>
    /// <param name="scope">As it was opened.</param>
    /// <param name="left">How many are to be dropped, with this one.</param>
    internal void Replay(StreamScope scope, long left)
    {
        scope.Cancellation.ThrowIfCancellationRequested();
        try
        {
            if (_active!.TryNext(out T? item)) // it was opened
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
            $"{streamer.Label} ended when it was replayed, {left} items before where it stood when the state was saved. "
            + "An iterator must depend on its arguments and its context alone.");
    }

    /// <summary>Takes no checkpoints any more.</summary>
    internal void StopSaving() => _untilCheckpoint = _interval = long.MaxValue;

    /// <summary>Saves the state right after the last item.</summary>
    /// <param name="writer">Where to.</param>
    /// <param name="scope">As it was opened.</param>
    /// <param name="waited">How long has been waited for room so far.</param>
    /// <returns>Null when it is saved; otherwise why it cannot be: it streams on all the same, and is not saved any more.</returns>
    internal ExceptionDispatchInfo? TrySave(StateWriter writer, StreamScope scope, TimeSpan waited)
    {
        long begun = Stopwatch.GetTimestamp();
        WeightChanges = MuxWeights.Changes; // first: a change that comes now may be missing from the checkpoint
        try
        {
            _active!.Save(writer); // it was opened
            scope.Skipped.Save(writer, streamer);
        }
        catch (Exception error)
        {
            StopSaving();
            return ExceptionDispatchInfo.Capture(error);
        }

        _interval = _policy.Next(_interval - _untilCheckpoint, begun, Stopwatch.GetTimestamp(), waited);
        _untilCheckpoint = _interval;
        return null;
    }

    /// <summary>Closes what is open.</summary>
    /// <returns>What closing it threw.</returns>
    internal ExceptionDispatchInfo? Close()
    {
        Activation<T>? active = _active;
        Volatile.Write(ref _active, null);
        try
        {
            active?.Close();
            return null;
        }
        catch (Exception error)
        {
            return ExceptionDispatchInfo.Capture(error);
        }
    }
}
