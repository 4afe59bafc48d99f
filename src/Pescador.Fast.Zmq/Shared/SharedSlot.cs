namespace Pescador.Fast;

/// <summary>A producer's slab, seen from the consumer: lends samples over it, and gives the slot back when they end. Guarded by its directory.</summary>
internal sealed class SharedSlot : ISlabHome
{
    private const int MostForms = 4; // a batch's, a short last batch's; in exported slots whatever comes

    private readonly SharedDirectory _directory;
    private readonly SharedSegment _segment;
    private readonly long _offset;
    private readonly WeakReference<ISlabHome> _weakSelf;
    private readonly List<(SharedForm Form, SampleCore Core)> _cores = new(1);
    private SharedForm? _formOut;

    internal SharedSlot(SharedDirectory directory, int number, SharedSegment segment, long offset, long lengthInBytes)
    {
        _directory = directory;
        Number = number;
        _segment = segment;
        _offset = offset;
        LengthInBytes = lengthInBytes;
        _weakSelf = new WeakReference<ISlabHome>(this);
    }

    internal int Number { get; }

    internal SharedSegment Segment => _segment;

    internal long LengthInBytes { get; }

    /// <summary>Whether somebody has its sample.</summary>
    internal bool IsOut => _formOut is not null;

    /// <summary>The sample that lies here; the form fits, and the last one is back.</summary>
    internal Sample Lend(SharedForm form)
    {
        _formOut = form;
        for (int i = 0; i < _cores.Count; i++)
        {
            if (ReferenceEquals(_cores[i].Form, form))
            {
                // Nothing here may hold it while it is out: it could never be found forgotten.
                SampleCore core = _cores[i].Core;
                _cores.RemoveAt(i);
                return new Sample(core);
            }
        }

        return new Sample(Create(form));
    }

    /// <summary>Takes its sample back; without a core when that was lost.</summary>
    internal void TakeBack(SampleCore? core)
    {
        SharedForm form = _formOut ?? throw new System.Diagnostics.UnreachableException("a sample comes back once");
        _formOut = null;
        if (core is null)
        {
            return;
        }

        if (_cores.Count == MostForms)
        {
            _cores[0].Core.Retire();
            _cores.RemoveAt(0);
        }

        _cores.Add((form, core));
    }

    /// <summary>Ends its use of the segment; nothing of it is out.</summary>
    internal void Retire()
    {
        foreach ((_, SampleCore core) in _cores)
        {
            core.Retire();
        }

        _cores.Clear();
    }

    void ISlabHome.Return(SampleCore core) => _directory.TakeBack(this, core);

    void ISlabHome.Recover(Slab slab)
    {
        if (!slab.IsDisposed)
        {
            slab.Dispose();
            _directory.TakeBack(this, null);
        }
    }

    private SampleCore Create(SharedForm form)
    {
        Span<nint> addresses = form.Offsets.Length <= 64 ? stackalloc nint[form.Offsets.Length] : new nint[form.Offsets.Length];
        for (int i = 0; i < addresses.Length; i++)
        {
            addresses[i] = _segment.Address + (nint)(_offset + form.Offsets[i]);
        }

        var slab = new Slab(form.Spec.Layout, new SegmentLease(_segment), addresses);
        return new SampleCore(this, _weakSelf, form.Spec, slab);
    }
}
