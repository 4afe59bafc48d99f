using System.Diagnostics;
using System.Security.Cryptography;
using System.Text;

namespace Pescador.Fast;

/// <summary>Runs a stream where it is made, and sends what it gives: the producer's side of every link.</summary>
/// <remarks>A checkpoint that travels: | SHA-256 of the tree's outline | the activation's state | what was skipped |. One of another tree is
/// refused.</remarks>
internal sealed class SampleServer(Streamer<Sample> streamer, Outlet outlet, StreamStart start, StreamScope scope)
{
    // A consumer may think about its batches for as long as it likes; what it forgot is found at its own end.
    private static readonly TimeSpan PoolTimeout = TimeSpan.FromDays(365);

    private const int LongestReason = 4096; // characters; a header has room for it

    private readonly CheckpointPolicy _policy = new(start.CheckpointInterval);
    private readonly StateWriter _checkpoint = new();
    private readonly byte[] _outline = SHA256.HashData(Encoding.UTF8.GetBytes(StreamOutline.Of(streamer)));
    private long _interval;
    private long _untilCheckpoint = long.MaxValue;
    private long _weightChanges;

    /// <summary>Whether the consumer was told that the stream has failed, and why.</summary>
    internal bool HasTold { get; private set; }

    /// <summary>The scope in which a stream runs for an outlet.</summary>
    /// <param name="outlet">Says where batches are to be built.</param>
    /// <param name="depth">How many samples may be on their way.</param>
    /// <param name="budget">What its memory counts against.</param>
    /// <param name="workingSet">Where its sources are opened; one of its own when null.</param>
    internal static StreamScope ScopeFor(Outlet outlet, int depth, MemoryBudget? budget = null, WorkingSet? workingSet = null) =>
        new(outlet.Allocator, budget, PoolTimeout, workingSet)
        {
            SlabsPerPool = depth + 3, // those on their way, one to fill, two for the consumer
        };

    /// <summary>Serves until the stream ends, fails, or is stopped; its end or error is sent.</summary>
    /// <exception cref="OperationCanceledException">It was stopped; nothing is sent then, whatever it throws.</exception>
    /// <exception cref="PescadorException">The consumer is gone.</exception>
    internal void Run(CancellationToken stop)
    {
        try
        {
            Stream(stop);
        }
        catch (Exception error) when (!stop.IsCancellationRequested) // who stops it listens no more
        {
            outlet.Fail(error);
            HasTold = true;
            throw;
        }

        outlet.Complete(stop); // after the stream has closed: what its closing throws is its failure
    }

    private void Stream(CancellationToken stop)
    {
        scope.Cancellation = stop;
        scope.Skipped.Clear();
        scope.TakeOver();
        Activation<Sample>? source = null;
        try
        {
            source = Open(stop);
            while (source.TryNext(out Sample sample))
            {
                (StateWriter? checkpoint, string? unsaved) = --_untilCheckpoint <= 0 || _weightChanges != MuxWeights.Changes
                    ? TakeCheckpoint(source)
                    : default;
                outlet.Send(sample, checkpoint, unsaved, stop);
                stop.ThrowIfCancellationRequested();
            }
        }
        finally
        {
            source?.Close();
            scope.Disown();
        }
    }

    private Activation<Sample> Open(CancellationToken stop)
    {
        Activation<Sample> source = start.Checkpoint is null ? streamer.Activate(scope, start.Seed, start.IsRoot) : Restore(start.Checkpoint);
        try
        {
            for (long left = start.CountAfter; left > 0; left--)
            {
                stop.ThrowIfCancellationRequested();
                if (!source.TryNext(out Sample sample))
                {
                    throw new PescadorException(
                        $"{streamer.Label} ended when it was replayed, {left} samples before where it stood. "
                        + "An iterator must depend on its arguments and its context alone.");
                }

                sample.Dispose();
            }
        }
        catch
        {
            source.Close();
            throw;
        }

        _weightChanges = MuxWeights.Changes;
        _untilCheckpoint = _interval = start.HasCheckpoints ? _policy.Begin(Stopwatch.GetTimestamp()) : long.MaxValue;
        return source;
    }

    private Activation<Sample> Restore(byte[] checkpoint)
    {
        var reader = new StateReader(checkpoint);
        if (!reader.ReadBytes(SHA256.HashSizeInBytes).SequenceEqual(_outline))
        {
            throw new PescadorException("The worker's state is of another tree than the one that was built now.");
        }

        Activation<Sample> source = streamer.Load(scope, reader);
        try
        {
            scope.Skipped.Load(reader, streamer);
            reader.ExpectEnd();
            return source;
        }
        catch
        {
            source.Close();
            throw;
        }
    }

    private (StateWriter? Checkpoint, string? Unsaved) TakeCheckpoint(Activation<Sample> source)
    {
        if (!start.HasCheckpoints || _interval == long.MaxValue)
        {
            _untilCheckpoint = long.MaxValue;
            _weightChanges = MuxWeights.Changes;
            return default;
        }

        long begun = Stopwatch.GetTimestamp();
        _checkpoint.Clear();
        try
        {
            _weightChanges = MuxWeights.Changes; // first: a change that comes now may be missing from the checkpoint
            _checkpoint.Write(_outline);
            source.Save(_checkpoint);
            scope.Skipped.Save(_checkpoint, streamer);
        }
        catch (Exception error)
        {
            return StreamOn(error.Message);
        }

        if (_checkpoint.Written.Length > start.MaxStateBytes)
        {
            return StreamOn(
                $"it has {_checkpoint.Written.Length} bytes; {nameof(ZmqLimits)}.{nameof(ZmqLimits.MaxStateBytes)} allows {start.MaxStateBytes}.");
        }

        _interval = _policy.Next(_interval - _untilCheckpoint, begun, Stopwatch.GetTimestamp(), outlet.Waited);
        _untilCheckpoint = _interval;
        return (_checkpoint, null);
    }

    // Who saves is told why it cannot be. What could not be saved once is not tried again.
    private (StateWriter? Checkpoint, string? Unsaved) StreamOn(string whyUnsaved)
    {
        _untilCheckpoint = _interval = long.MaxValue;
        return (null, whyUnsaved.Length <= LongestReason ? whyUnsaved : whyUnsaved[..LongestReason]);
    }
}
