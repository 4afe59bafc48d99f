namespace Pescador.Fast;

/// <summary>Reads what one worker sends over one connection into its lane, until it ends or the connection does.</summary>
/// <param name="source">What is read.</param>
/// <param name="link">What to dispose to end it.</param>
/// <param name="address">The worker's name, where it gives none.</param>
/// <param name="gathering">Where the lane is.</param>
/// <param name="limits">What it may send.</param>
internal sealed class WorkerReader(FrameSource source, IDisposable link, string address, Gathering gathering, ZmqLimits limits)
{
    // Of larger samples each is worth waking for.
    private const long LargestQuietly = 64 << 10;

    private readonly WireReader _reader = new(source, limits);
    private InletLane? _lane;
    private WireHeader? _checked; // that names the lane's worker

    /// <summary>Reads until the worker has ended, or the link has. Whatever goes wrong goes to the consumer.</summary>
    internal void Run()
    {
        try
        {
            while (ReadMessage())
            {
            }
        }
        catch (LinkLostException error)
        {
            gathering.Lose(_lane, error);
        }
        catch (PescadorException error)
        {
            gathering.Fail(_lane, error);
        }
        catch (OperationCanceledException) when (gathering.Cancellation.IsCancellationRequested)
        {
        }
        catch (ObjectDisposedException) when (gathering.Cancellation.IsCancellationRequested)
        {
        }
        catch (Exception error)
        {
            // No memory, an allocator of the user's that throws, a fault of ours: who waits for samples must not wait for ever.
            gathering.Fail(_lane, new PescadorException($"What worker '{_lane?.Worker ?? source.Peer}' sent cannot be received: {error.Message}", error));
        }
        finally
        {
            _lane?.Leave();
        }
    }

    private bool ReadMessage()
    {
        WireMessageKind kind = _reader.ReadHeader();
        WireHeader? header = _reader.Header;
        if (_lane is null || !ReferenceEquals(header, _checked))
        {
            CheckWorker(kind, header);
        }

        InletLane lane = _lane!; // found by then
        switch (kind)
        {
            case WireMessageKind.Sample:
                ReadSample(lane, header!); // a sample has one
                return true;
            case WireMessageKind.Failed:
                WireError error = header!.Error!; // a failure has one
                gathering.Fail(lane, new RemoteException($"Worker '{lane.Worker}'", error.Type, error.Message, error.Stack));
                return false;
            case WireMessageKind.Completed:
                CheckSequence(lane, "the end of the stream");
                lane.ProducerWait = _reader.Stamp.Waited;
                gathering.End(lane, isOfUnknownCause: false);
                return false;
            default:
                gathering.End(lane, isOfUnknownCause: true);
                return false;
        }
    }

    private void ReadSample(InletLane lane, WireHeader header)
    {
        if (lane.IsNumbered)
        {
            CheckSequence(lane, "a sample");
            lane.ProducerWait = _reader.Stamp.Waited;
        }

        StateWriter? state = header.StateAt >= 0 ? gathering.TakeWriter() : null;
        Sample sample;
        try
        {
            sample = _reader.ReadSample(lane, state);
        }
        catch when (state is not null)
        {
            gathering.Recycle(state);
            throw;
        }

        var arrival = new Arrival { Kind = ArrivalKind.Sample, Sample = sample, Checkpoint = state, Unsaved = header.Unsaved };
        long bytes = header.Spec.TensorBytes;
        gathering.Add(lane, arrival, bytes, isMoreComing: source.HasData && bytes <= LargestQuietly);
    }

    private void CheckWorker(WireMessageKind kind, WireHeader? header)
    {
        if (_lane is null)
        {
            InletLane lane = gathering.LaneOf(header?.Worker ?? address, isNumbered: header?.Worker is not null);
            lane.Enter(link);
            _lane = lane;
            if (lane.HasEnded)
            {
                throw new ProtocolException($"Worker '{lane.Worker}' at {source.Peer} sends again after its stream has ended.");
            }
        }
        else if (header?.Worker != (_lane.IsNumbered ? _lane.Worker : null))
        {
            throw new ProtocolException(kind == WireMessageKind.Ended
                ? $"Worker '{_lane.Worker}' at {source.Peer} ended after {_lane.Samples} samples without saying how, which it should."
                : $"Worker '{_lane.Worker}' at {source.Peer} sent a message under another name: '{header?.Worker ?? "(none)"}'.");
        }

        _checked = header;
    }

    private void CheckSequence(InletLane lane, string what)
    {
        ulong expected = (ulong)lane.Samples;
        ulong actual = _reader.Stamp.Sequence;
        if (actual != expected)
        {
            throw new ProtocolException(
                $"Worker '{lane.Worker}' at {source.Peer} sent {what} with the number {actual} where {expected} was expected: "
                + (actual > expected ? $"{actual - expected} samples were lost." : "samples were repeated."));
        }
    }
}
