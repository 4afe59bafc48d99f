using System.Runtime.CompilerServices;
using System.Text;

namespace Pescador.Fast;

/// <summary>Names, element types and shapes of a batch, as C reads them. Immutable; its arrays are pinned, and live as long as it does.</summary>
internal sealed unsafe class BatchForm
{
    private static ulong _last;

    private readonly SampleSpec _spec;
    private readonly byte[][] _names;
    private readonly long[][] _shapes;

    internal BatchForm(SampleSpec spec)
    {
        _spec = spec;
        _names = [.. spec.Tensors.ToArray().Select(static tensor => Pinned<byte>([.. Encoding.UTF8.GetBytes(tensor.Name), 0]))];
        _shapes = [.. spec.Tensors.ToArray().Select(static tensor => Pinned<long>([.. tensor.Shape.ToArray().Select(static length => (long)length), 0]))];
        Rows = RowsOf(spec);
        Number = Interlocked.Increment(ref _last);
    }

    /// <summary>No other form of this process has it.</summary>
    internal ulong Number { get; }

    /// <summary>Length of the first axis that all tensors share; −1 where they do not.</summary>
    internal long Rows { get; }

    internal int Count => _spec.Count;

    /// <summary>Where the tensor of that name is; −1 where there is none.</summary>
    internal int Find(ReadOnlySpan<byte> name)
    {
        for (int i = 0; i < _names.Length; i++)
        {
            if (name.SequenceEqual(_names[i].AsSpan(0, _names[i].Length - 1)))
            {
                return i;
            }
        }

        return -1;
    }

    internal string Names => _spec.Names;

    /// <summary>What a tensor is and where it lies.</summary>
    internal TensorInfo Describe(int index, TensorView tensor) => new()
    {
        // Invariant: both arrays are pinned for their whole life and this object keeps them; the slab is native memory, which does not move, and
        // the batch that the view is of keeps it out of the pool.
        Name = (byte*)Unsafe.AsPointer(ref _names[index][0]),
        Shape = (long*)Unsafe.AsPointer(ref _shapes[index][0]),
        Data = Unsafe.AsPointer(ref tensor.FirstByte),
        LengthInBytes = tensor.Spec.LengthInBytes,
        Dimensions = tensor.Spec.Shape.Length,
        ElementType = DlpackType.Of(tensor.Spec.ElementType),
    };

    private static T[] Pinned<T>(ReadOnlySpan<T> values) where T : unmanaged
    {
        T[] pinned = GC.AllocateUninitializedArray<T>(values.Length, pinned: true);
        values.CopyTo(pinned);
        return pinned;
    }

    private static long RowsOf(SampleSpec spec)
    {
        long rows = -1;
        foreach (TensorSpec tensor in spec.Tensors)
        {
            if (tensor.Shape.IsEmpty || (rows >= 0 && rows != tensor.Shape[0]))
            {
                return -1;
            }

            rows = tensor.Shape[0];
        }

        return rows;
    }
}
