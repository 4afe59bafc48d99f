namespace Pescador.Fast;

/// <summary>Writes samples and ends as messages. Used by one thread at a time.</summary>
/// <param name="worker">Who sends.</param>
/// <param name="limits">What headers may be.</param>
internal sealed class SampleWriter(string worker, ZmqLimits limits)
{
    // Below, a copy costs less than an entry of its own in the list of what is sent.
    private const int LeastInPlace = 4096;
    private const int MostForms = 64;

    private static readonly byte[] NoTensors = [0x90];

    private readonly Dictionary<SampleSpec, WireForm> _forms = [];
    private SampleSpec? _spec;
    private WireForm? _form;

    /// <summary>How a form's samples are written.</summary>
    /// <exception cref="DataException">They have no tensors.</exception>
    internal WireForm FormOf(SampleSpec spec) => ReferenceEquals(spec, _spec) ? _form! : FindForm(spec); // set together

    /// <summary>Writes a sample. Tensors of 4 KiB and more stay where they are, those in arrays pinned.</summary>
    /// <param name="message">Overwritten.</param>
    /// <param name="pins">Holds what must not move until the message is sent.</param>
    /// <param name="sample">Must not be disposed before.</param>
    /// <param name="sequence">How many samples were sent to this consumer before.</param>
    /// <param name="waited">How long was waited for room so far.</param>
    /// <param name="state">The state that travels along; copied.</param>
    /// <param name="unsaved">Why there are no states any more.</param>
    /// <exception cref="DataException">The sample has no tensors.</exception>
    /// <exception cref="PescadorException">Its header is longer than any receiver with the same limits would take.</exception>
    internal void Write(
        OutgoingMessage message, TensorPins pins, Sample sample, ulong sequence, TimeSpan waited, StateWriter? state, string? unsaved)
    {
        SampleCore core = sample.Core;
        WireForm form = FormOf(core.Spec);
        HeaderTemplate header = unsaved is not null ? form.Telling(unsaved, state is not null) : state is not null ? form.WithState : form.Plain;
        if (header.Length > limits.MaxHeaderBytes)
        {
            throw new PescadorException(
                $"The header of a sample {core.Spec} takes {header.Length} bytes; {nameof(ZmqLimits)}.{nameof(ZmqLimits.MaxHeaderBytes)} is {limits.MaxHeaderBytes}.");
        }

        message.Clear();
        var stamp = new WireStamp { Sequence = sequence, WaitedMicroseconds = Microseconds(waited), StateLength = (uint)(state?.Written.Length ?? 0) };
        header.CopyTo(message.AddFrame(header.Length, hasMore: true), stamp);
        ReadOnlySpan<int> order = form.Order;
        for (int i = 0; i < order.Length; i++)
        {
            AddTensor(message, pins, sample, order[i], hasMore: i < order.Length - 1 || state is not null);
        }

        if (state is not null)
        {
            state.Written.CopyTo(message.AddFrame(state.Written.Length, hasMore: false));
        }
    }

    /// <summary>Writes the end of a stream that went well.</summary>
    /// <param name="message">Overwritten.</param>
    /// <param name="sequence">How many samples were sent to this consumer.</param>
    /// <param name="waited">How long was waited for room.</param>
    internal void WriteCompleted(OutgoingMessage message, ulong sequence, TimeSpan waited)
    {
        message.Clear();
        NoTensors.CopyTo(message.AddFrame(NoTensors.Length, hasMore: true));
        ReadOnlySpan<byte> map = WireEnds.Completed(worker, sequence, Microseconds(waited));
        map.CopyTo(message.AddFrame(map.Length, hasMore: false));
    }

    /// <summary>Writes the end of a stream that failed.</summary>
    /// <param name="message">Overwritten.</param>
    /// <param name="sequence">How many samples were sent to this consumer.</param>
    /// <param name="error">What went wrong.</param>
    internal void WriteFailed(OutgoingMessage message, ulong sequence, Exception error)
    {
        message.Clear();
        ReadOnlySpan<byte> header = WireEnds.Failed(worker, sequence, WireError.Of(error, WireEnds.LongestText(limits)));
        header.CopyTo(message.AddFrame(header.Length, hasMore: true));
        message.AddFrame(1, hasMore: false)[0] = 0; // pescador 3.0 fails on it, where it would take one frame alone for an empty sample
    }

    private static void AddTensor(OutgoingMessage message, TensorPins pins, Sample sample, int index, bool hasMore)
    {
        TensorView tensor = sample[index];
        nint length = tensor.Spec.LengthInBytes;
        if (length >= LeastInPlace)
        {
            message.AddFrame(pins.AddressOf(sample, index), length, hasMore);
        }
        else
        {
            tensor.Bytes(0, (int)length).CopyTo(message.AddFrame((int)length, hasMore));
        }
    }

    private WireForm FindForm(SampleSpec spec)
    {
        if (!_forms.TryGetValue(spec, out WireForm? form))
        {
            if (_forms.Count == MostForms)
            {
                _forms.Clear(); // a stream whose every sample has a form of its own must not fill the memory
            }

            _forms.Add(spec, form = new WireForm(spec, worker));
        }

        _spec = spec;
        return _form = form;
    }

    private static ulong Microseconds(TimeSpan time) => (ulong)(time.Ticks / TimeSpan.TicksPerMicrosecond);
}
