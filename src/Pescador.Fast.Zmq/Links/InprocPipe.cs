namespace Pescador.Fast;

/// <summary>What is between one outlet and one inlet of this process: the inlet's lane.</summary>
internal sealed class InprocPipe : IDisposable
{
    private readonly Gathering _gathering;
    private readonly InletLane _lane;

    /// <summary>Under the names' lock.</summary>
    internal InprocPipe(InprocEnd outlet, InprocEnd inlet)
    {
        Outlet = outlet;
        Inlet = inlet;
        _gathering = inlet.Gathering!; // an inlet has one
        _lane = _gathering.LaneOf(outlet.Worker, isNumbered: true);
        _lane.Enter(this, outlet.Changed);
    }

    internal InprocEnd Outlet { get; }

    internal InprocEnd Inlet { get; }

    /// <summary>How many samples have passed.</summary>
    internal long Sent { get; private set; }

    /// <summary>Whether the end has passed.</summary>
    internal bool HasEnd { get; private set; }

    /// <summary>How many wait to be taken.</summary>
    internal int Ready => _lane.Ready;

    /// <summary>Passes a sample: as it is, where it lies aligned in native memory; else its copy.</summary>
    internal void Send(Sample sample, StateWriter? checkpoint, string? unsaved, CancellationToken cancellation, CancellationToken ending)
    {
        long length = sample.Spec.TensorBytes;
        Sample passed = IsAligned(sample) ? sample : CopyOf(sample, cancellation, ending);
        StateWriter? state = checkpoint is null ? null : _gathering.TakeWriter();
        state?.Write(checkpoint!.Written); // non-null with the state
        Sent++;
        _gathering.Add(_lane, new Arrival { Kind = ArrivalKind.Sample, Sample = passed, Checkpoint = state, Unsaved = unsaved }, length, isMoreComing: false);
    }

    /// <summary>Passes the end.</summary>
    internal void End(Exception? error)
    {
        HasEnd = true;
        if (error is null)
        {
            _gathering.End(_lane, isOfUnknownCause: false);
        }
        else
        {
            WireError text = WireError.Of(error, int.MaxValue);
            _gathering.Fail(_lane, new RemoteException($"Worker '{Outlet.Worker}'", text.Type, text.Message, text.Stack));
        }
    }

    /// <summary>Tells the inlet how long was waited for it.</summary>
    internal void TellWait(TimeSpan waited) => _lane.ProducerWait = waited;

    /// <summary>One of both leaves. Under the names' lock.</summary>
    internal void Cut()
    {
        Outlet.Remove(this);
        Inlet.Remove(this);
        if (!HasEnd)
        {
            _gathering.Lose(_lane, new LinkLostException($"the sender at inproc://{Outlet.Address} left without telling how it ended."));
        }

        _lane.Leave();
    }

    // Two senders under one name: the later one takes the lane.
    void IDisposable.Dispose() => Cut();

    private Sample CopyOf(Sample sample, CancellationToken cancellation, CancellationToken ending)
    {
        SampleSpec spec = sample.Spec;
        Sample copy = _lane.Rent(spec, cancellation, ending);
        for (int i = 0; i < spec.Count; i++)
        {
            TensorBlock.Copy(ref sample[i].FirstByte, ref copy[i].FirstByte, spec[i].LengthInBytes);
        }

        sample.Dispose();
        return copy;
    }

    private static bool IsAligned(Sample sample)
    {
        SampleCore core = sample.Core;
        bool isAligned = true;
        for (int i = 0; i < core.Spec.Count; i++)
        {
            TensorBlock block = core.Blocks[i];
            isAligned &= block.Array is null && (block.Address + (core.Row * block.Stride)) % (nint)SlabLayout.TensorAlignmentInBytes == 0;
        }

        return isAligned;
    }
}
