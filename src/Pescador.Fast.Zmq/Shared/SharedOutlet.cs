namespace Pescador.Fast;

/// <summary>The producer's end of shared slabs: what was built in <see cref="Allocator"/>'s memory is announced, anything else is copied there once.</summary>
internal sealed class SharedOutlet : Outlet
{
    private const int LongestText = 64 << 10; // of each part of a failure

    private readonly object _sending = new(); // held by the thread that sends, so that the end can wait for it
    private readonly SharedSlabAllocator _allocator = new();
    private readonly SharedCatalogue _catalogue;
    private readonly SharedExports _exports;
    private readonly SharedDispatch _link;
    private readonly ZmqOptions _options;
    private readonly StateWriter _writer = new();
    private int _isDisposed;

    /// <summary>Binds the path, or connects to whoever has bound it or will.</summary>
    /// <param name="path">Of the control socket.</param>
    /// <param name="isBinding">Whether this side binds it.</param>
    /// <param name="options">Depth, time-outs, limits.</param>
    /// <param name="waking">As the consumer's; the best there is by default.</param>
    /// <exception cref="PlatformNotSupportedException">This is not Linux.</exception>
    /// <exception cref="PescadorException">The path is in use or cannot be bound.</exception>
    internal SharedOutlet(string path, bool isBinding, ZmqOptions options, SharedWaking? waking = null)
    {
        options.Check();
        _options = options with { Depth = Math.Min(options.Depth, SharedRing.Announcements - 1) };
        _catalogue = new SharedCatalogue(_allocator);
        _exports = new SharedExports(_allocator, _options.Depth + 3);
        _link = new SharedDispatch(path, isBinding, _options, waking ?? SharedBell.BestWaking, _allocator);
        if (isBinding)
        {
            options.Bound?.Invoke(_link.Endpoint);
        }
    }

    internal override SlabAllocator Allocator => _allocator;

    internal override TimeSpan Waited => _link.Waited;

    internal override string Endpoint => _link.Endpoint;

    internal override void Send(Sample sample, StateWriter? checkpoint, string? unsaved, CancellationToken cancellation)
    {
        lock (_sending)
        {
            try
            {
                if (sample.Count == 0)
                {
                    throw new DataException($"{Endpoint}: a sample without tensors cannot be sent; it would read as the end.");
                }

                ControlSocket control = _link.AwaitRoom(cancellation);
                SampleSpec spec = sample.Spec;
                SlabLayout layout = spec.Layout;
                SharedPlace? place = _allocator.Find(sample.Core);
                if (place is null)
                {
                    sample = _exports.Copy(sample, cancellation);
                    place = _allocator.Find(sample.Core) ?? throw new System.Diagnostics.UnreachableException("exports lie in shared slabs");
                }
                else
                {
                    layout = sample.Core.Slab!.Layout; // found by its slab; made for more rows than a short last batch has
                }

                SharedForm form = _catalogue.Tell(control, place, spec, layout, cancellation);
                TellState(control, checkpoint, unsaved, cancellation);
                _link.Announce(sample, place, form.Number, TakeUntold());
            }
            catch (Exception error)
            {
                Exception explained = _link.Explain(error); // first: with a lost consumer the sharing ends before slabs are lent anew
                sample.Dispose();
                throw explained;
            }
        }
    }

    internal override void Complete(CancellationToken cancellation)
    {
        lock (_sending)
        {
            try
            {
                _ = _link.AwaitConsumer(Timeout.InfiniteTimeSpan, cancellation);
                _link.Announce(AnnouncementKind.End, TakeUntold());
                _link.AwaitTaken(_options.Timeout, cancellation);
            }
            catch (Exception error) when (error is LinkLostException or ProtocolException)
            {
                throw _link.Explain(error);
            }
        }
    }

    internal override void Fail(Exception error)
    {
        lock (_sending)
        {
            try
            {
                ControlSocket control = _link.AwaitConsumer(_options.Timeout, CancellationToken.None);
                _writer.Clear();
                _writer.Write(Cut(error is RemoteException remote ? remote.RemoteType : error.GetType().FullName));
                _writer.Write(Cut(error.Message));
                _writer.Write(Cut(error.ToString()));
                _catalogue.Tell(control, ControlKind.Failure, _writer.Written, CancellationToken.None);
                _link.Announce(AnnouncementKind.Failure, TakeUntold());
                _link.AwaitTaken(_options.Timeout, CancellationToken.None);
            }
            catch (Exception lost) when (lost is LinkLostException or ProtocolException or TimeoutException or ObjectDisposedException)
            {
                // Nobody is left to be told; whoever runs the stream has the error itself.
            }
        }
    }

    public override void Dispose()
    {
        if (Interlocked.Exchange(ref _isDisposed, 1) == 0)
        {
            _link.Stop();
            lock (_sending)
            {
                _link.Dispose();
                _exports.Dispose();
                _allocator.Close();
            }
        }
    }

    private static string Cut(string? text) => text is null ? "" : text.Length <= LongestText ? text : text[..LongestText];

    private void TellState(ControlSocket control, StateWriter? checkpoint, string? unsaved, CancellationToken cancellation)
    {
        if (checkpoint is not null)
        {
            _catalogue.Tell(control, ControlKind.Checkpoint, checkpoint.Written, cancellation);
        }

        if (unsaved is not null)
        {
            _catalogue.Tell(control, ControlKind.Unsaved, System.Text.Encoding.UTF8.GetBytes(Cut(unsaved)), cancellation);
        }
    }

    private int TakeUntold()
    {
        int untold = _catalogue.Untold;
        _catalogue.Untold = 0;
        return untold;
    }
}
