namespace Pescador.Fast;

/// <summary>A batch that a caller holds by its handle. Pooled: what it is may have changed since a handle was looked up, so every use names the handle.</summary>
internal sealed class LentBatch
{
    private const int MostSpare = 64;

    private static readonly HandleTable<LentBatch> Handles = new(2, "batch");
    private static readonly Stack<LentBatch> Spare = [];

    private readonly Lock _gate = new();
    private ulong _handle;
    private Sample _sample;
    private BatchForm? _form;

    private LentBatch()
    {
    }

    /// <summary>Batches that were not released.</summary>
    internal static int Outstanding => Handles.Count;

    /// <summary>Hands a batch out; it is released by its handle.</summary>
    internal static BatchInfo Lend(Sample sample, BatchForm form)
    {
        LentBatch batch = TakeSpare();
        lock (batch._gate)
        {
            batch._sample = sample;
            batch._form = form;
            batch._handle = Handles.Add(batch);
            return batch.Describe(form);
        }
    }

    /// <exception cref="HandleException">There is no such batch.</exception>
    internal static BatchInfo InfoOf(ulong handle) => Use(handle, static (batch, _) => batch.Describe(batch._form!), 0); // Use has seen one

    internal static TensorInfo TensorOf(ulong handle, uint index) =>
        Use(handle, static (batch, index) => batch._form!.Describe(batch.Checked(index), batch._sample[(int)index]), index); // as above

    internal static unsafe nint Export(ulong handle, uint index, ExportOptions options) =>
        Use(handle, static (batch, of) => (nint)DlpackExport.Make(batch._sample[batch.Checked(of.index)], of.options), (index, options));

    internal static BatchForm FormOf(ulong handle) => Use(handle, static (batch, _) => batch._form!, 0); // as above

    /// <summary>Gives the batch back; its slab goes home now, or when the last of its exports is deleted.</summary>
    internal static void Release(ulong handle)
    {
        LentBatch batch = Handles.Remove(handle); // of two threads that try, one gets it
        Sample sample;
        lock (batch._gate)
        {
            sample = batch._sample;
            batch._sample = default;
            batch._form = null;
            batch._handle = 0;
        }

        lock (Spare)
        {
            if (Spare.Count < MostSpare)
            {
                Spare.Push(batch);
            }
        }

        sample.Dispose();
    }

    private static TResult Use<TResult, TArg>(ulong handle, Func<LentBatch, TArg, TResult> use, TArg argument)
    {
        LentBatch batch = Handles.Get(handle);
        lock (batch._gate)
        {
            return batch._handle == handle ? use(batch, argument) : throw new HandleException($"The batch 0x{handle:x} was released meanwhile, by another thread.");
        }
    }

    private static LentBatch TakeSpare()
    {
        lock (Spare)
        {
            return Spare.TryPop(out LentBatch? spare) ? spare : new LentBatch();
        }
    }

    private BatchInfo Describe(BatchForm form) => new() { Batch = _handle, Form = form.Number, Rows = form.Rows, TensorCount = (uint)form.Count };

    private int Checked(uint index) => index < (uint)_form!.Count // Use has seen one
        ? (int)index
        : throw new ArgumentException($"The batch has {_form.Count} tensors ({_form.Names}), so there is no tensor {index}.");
}
