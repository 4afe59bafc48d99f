using System.Runtime.ExceptionServices;
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

    private readonly CheckpointedSource<Sample> _source = new(streamer, start.CheckpointInterval);
    private readonly StateWriter _checkpoint = new();
    private readonly byte[] _outline = SHA256.HashData(Encoding.UTF8.GetBytes(StreamOutline.Of(streamer)));
    private bool _isLinkLost;

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
        catch (Exception error) when (!_isLinkLost && !stop.IsCancellationRequested) // who stops it listens no more
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
        try
        {
            Activation<Sample> source = _source.Open(scope, start.Seed, start.IsRoot, Checkpoint(), start.CountAfter);
            if (!start.HasCheckpoints)
            {
                _source.StopSaving();
            }

            while (source.TryNext(out Sample sample))
            {
                (StateWriter? checkpoint, string? unsaved) = start.HasCheckpoints && _source.IsCheckpointDue ? TakeCheckpoint() : default;
                Send(sample, checkpoint, unsaved, stop);
                stop.ThrowIfCancellationRequested();
            }
        }
        catch
        {
            _ = _source.Close(); // the first error is the one that counts
            throw;
        }
        finally
        {
            ExceptionDispatchInfo? error = _source.Close();
            scope.Disown();
            error?.Throw();
        }
    }

    // Who has let go of the link is not told of that as of an error of the stream's, should it be reached again: it knows, and may have begun another.
    private void Send(Sample sample, StateWriter? checkpoint, string? unsaved, CancellationToken stop)
    {
        try
        {
            outlet.Send(sample, checkpoint, unsaved, stop);
        }
        catch (LinkLostException)
        {
            _isLinkLost = true;
            throw;
        }
    }

    // Without the outline, once that is known to be this tree's.
    private ReadOnlyMemory<byte> Checkpoint() => start.Checkpoint is not { } checkpoint ? default
        : checkpoint.AsSpan().StartsWith(_outline) ? (ReadOnlyMemory<byte>)checkpoint.AsMemory(_outline.Length)
        : throw new PescadorException("The worker's state is of another tree than the one that was built now.");

    private (StateWriter? Checkpoint, string? Unsaved) TakeCheckpoint()
    {
        _checkpoint.Clear();
        _checkpoint.Write(_outline);
        if (_source.TrySave(_checkpoint, scope, outlet.Waited) is { } error)
        {
            string why = error.SourceException.Message;
            return (null, why.Length <= LongestReason ? why : why[..LongestReason]);
        }

        if (_checkpoint.Written.Length > start.MaxStateBytes)
        {
            _source.StopSaving();
            return (null, $"it has {_checkpoint.Written.Length} bytes; {nameof(ZmqLimits)}.{nameof(ZmqLimits.MaxStateBytes)} allows {start.MaxStateBytes}.");
        }

        return (_checkpoint, null);
    }
}
