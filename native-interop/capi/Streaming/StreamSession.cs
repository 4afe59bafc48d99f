using System.Runtime.CompilerServices;

namespace Pescador.Fast;

/// <summary>An open stream, as callers hold it by its handle. They may be of several threads: one at a time pulls, and any may cancel or close it.</summary>
internal sealed class StreamSession : IDisposable
{
    private static readonly TimeSpan SavePatience = TimeSpan.FromSeconds(10);

    private readonly Lock _gate = new();
    private readonly CancellationTokenSource _stop = new();
    private readonly ManualResetEventSlim _ready = new(); // not disposed: a wait that nobody takes up may set it late, on a thread of the pool
    private readonly Action _setReady;
    private readonly PrefetchStreamer<Sample> _batches;
    private readonly MemoryBudget _budget;
    private readonly WorkingSet _workingSet = new();
    private readonly PoolWatch _pools = new();
    private readonly Run<Sample> _run;
    private readonly ActiveStream<Sample> _stream;
    private readonly Dictionary<SampleSpec, BatchForm> _forms = [];
    private ValueTaskAwaiter _awaiter;
    private bool _isAwaiting;
    private bool _isClosed;
    private Exception? _failure; // told again: an error must not turn into an end
    private long _samples;
    private long _given;
    private SampleSpec? _lastSpec;
    private BatchForm? _lastForm;

    /// <summary>Opens what a description asks for.</summary>
    /// <param name="described">The stream.</param>
    /// <param name="state">Where it goes on; from its begin when empty.</param>
    /// <exception cref="PescadorException">It cannot be opened, or the state is of another stream.</exception>
    internal StreamSession(StreamDescription described, ReadOnlySpan<byte> state)
    {
        _setReady = _ready.Set;
        _budget = new MemoryBudget(described.BudgetInBytes);
        try
        {
            _batches = DescribedStream.Make(described, _budget, _workingSet, _pools);
            StreamState? saved = state.IsEmpty ? null : StreamState.FromArray(state);
            StateReader? reader = saved?.ReaderFor(_batches);
            _run = _batches.TakeRun();
            _stream = new ActiveStream<Sample>(_run, _run.OpenRoot(long.MaxValue, _stop.Token));
            if (reader is not null)
            {
                _run.Load(reader);
                reader.ExpectEnd();
            }
        }
        catch
        {
            _stream.Dispose();
            Release();
            throw;
        }
    }

    /// <summary>Waits for the next batch and lends it.</summary>
    /// <param name="timeout">For how long, in milliseconds; negative for ever.</param>
    /// <param name="batch">The batch, where there is one.</param>
    /// <exception cref="OperationCanceledException">Cancelled, or closed.</exception>
    internal ApiCode Next(int timeout, out BatchInfo batch)
    {
        batch = default;
        long deadline = timeout < 0 ? long.MaxValue : Environment.TickCount64 + timeout;
        if (!_gate.TryEnter(Math.Max(timeout, Timeout.Infinite)))
        {
            return ApiCode.NotYet; // another thread is in here
        }

        try
        {
            ThrowIfOver();
            try
            {
                return !IsDecided(deadline) ? ApiCode.NotYet : _stream.MoveNext() ? Lend(_stream.Current, out batch) : ApiCode.Ok;
            }
            catch (Exception error)
            {
                _failure = error;
                throw;
            }
        }
        finally
        {
            _gate.Exit();
        }
    }

    /// <summary>Ends the wait of whoever waits, and every later one.</summary>
    internal void Cancel()
    {
        try
        {
            _stop.Cancel();
        }
        catch (ObjectDisposedException)
        {
            // closed meanwhile, by another thread
        }
    }

    /// <summary>Where the stream stands, right after the last batch given.</summary>
    /// <exception cref="PescadorException">It cannot be saved.</exception>
    /// <exception cref="InvalidOperationException">Another thread is waiting for a batch, and goes on to.</exception>
    internal byte[] Save()
    {
        if (!_gate.TryEnter(SavePatience))
        {
            throw new InvalidOperationException($"Another thread has been waiting for a batch for {SavePatience.TotalSeconds:0} s; a stream is saved between two batches.");
        }

        try
        {
            ThrowIfOver();
            return _stream.Save().ToArray();
        }
        finally
        {
            _gate.Exit();
        }
    }

    /// <summary>What it has done so far. A glimpse, while another thread pulls.</summary>
    internal StreamCounters Counters => new(
        Volatile.Read(ref _samples), Volatile.Read(ref _given), _budget.LimitInBytes, _budget.UsedInBytes, _budget.PeakInBytes, _pools.Counters, _run.PrefetchCounters(),
        _workingSet.Counters, _run.Scope.Skipped.Count);

    /// <summary>Ends it, with its threads and files. Batches that are out stay good.</summary>
    public void Dispose()
    {
        Cancel();
        lock (_gate)
        {
            if (_isClosed)
            {
                return;
            }

            _isClosed = true;
            try
            {
                _stream.Dispose();
            }
            finally
            {
                Release();
            }
        }
    }

    private void Release()
    {
        _batches?.Trim(); // the slabs that are home; the others when they come back
        _workingSet.Dispose();
        _stop.Dispose();
    }

    private ApiCode Lend(Sample sample, out BatchInfo batch)
    {
        SampleSpec spec = sample.Spec;
        if (!ReferenceEquals(spec, _lastSpec))
        {
            if (!_forms.TryGetValue(spec, out BatchForm? form))
            {
                _forms.Add(spec, form = new BatchForm(spec));
            }

            (_lastSpec, _lastForm) = (spec, form);
        }

        batch = LentBatch.Lend(sample, _lastForm!); // set with _lastSpec
        _given++;
        _samples += Math.Max(0, batch.Rows);
        return ApiCode.Batch;
    }

    // Whether there is a batch, or an end, or an error; asked for without taking it, so that a wait given up loses nothing.
    private bool IsDecided(long deadline)
    {
        while (true)
        {
            if (!_isAwaiting)
            {
                if (deadline == long.MaxValue || _run.Upcoming() is not PrefetchActivation<Sample> activation || !activation.MustWait(out ValueTask ready))
                {
                    return true;
                }

                _awaiter = ready.GetAwaiter();
                _isAwaiting = true;
                _ready.Reset();
                _awaiter.UnsafeOnCompleted(_setReady);
            }

            long left = deadline == long.MaxValue ? Timeout.Infinite : Math.Clamp(deadline - Environment.TickCount64, 0, int.MaxValue);
            if (!_ready.Wait((int)left))
            {
                return false;
            }

            _isAwaiting = false;
            _awaiter.GetResult();
        }
    }

    private void ThrowIfOver()
    {
        if (_isClosed || _stop.IsCancellationRequested)
        {
            throw new OperationCanceledException();
        }

        if (_failure is not null)
        {
            throw _failure;
        }
    }
}
