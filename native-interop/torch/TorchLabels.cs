using System.Globalization;
using System.Numerics.Tensors;
using System.Runtime.InteropServices;

namespace Pescador.Fast;

/// <summary>What a model is to give for the rows of a batch: classes as int64, which libtorch wants, or values. A learner has one.</summary>
internal sealed class TorchLabels(TorchModel model, TorchLoss loss)
{
    private int[] _narrow = [];
    private long[] _wide = []; // pinned

    /// <summary>Checks labels and says where they lie for libtorch. Classes that are not int64 are copied into memory of this object, good until the
    /// next call.</summary>
    /// <param name="labels">[n] or [n, 1] classes; for squared errors [n, ...] of the model's element type.</param>
    /// <param name="rows">n, at least 1.</param>
    /// <param name="features">For messages: whose rows these are.</param>
    /// <param name="length">How many there are, at the address.</param>
    /// <returns>The address where they were copied to; 0 when they are good where they lie.</returns>
    /// <exception cref="DataException">They do not fit the rows or the model.</exception>
    internal nint Read(TensorView labels, long rows, string features, out long length)
    {
        TensorSpec spec = labels.Spec;
        length = loss == TorchLoss.CrossEntropy ? rows : checked(rows * model.Outputs);
        bool isOfRows = !spec.Shape.IsEmpty && spec.Shape[0] == rows && spec.ElementCount == length;
        if (loss == TorchLoss.MeanSquaredError)
        {
            return isOfRows && spec.ElementType == model.ElementType ? 0 : throw new DataException(
                $"Tensor '{spec.Name}': expected {model.ElementType.Name()}[{rows},{model.Outputs}], a value for each output of each row of " +
                $"'{features}', got {spec.Form}.");
        }

        if (!isOfRows)
        {
            throw new DataException($"Tensor '{spec.Name}': expected [{rows}] or [{rows},1], a label for each row of '{features}', got {spec.Form}.");
        }

        if (spec.ElementType == ElementType.Int64)
        {
            CheckRange(spec, labels.Span<long>(), areCut: false);
            return 0;
        }

        Span<int> narrow = ClassLabels.Read(labels, checked((int)rows), features, ref _narrow);
        if (_wide.Length < narrow.Length)
        {
            _wide = GC.AllocateUninitializedArray<long>(narrow.Length, pinned: true);
        }

        Span<long> wide = _wide.AsSpan(0, narrow.Length);
        TensorPrimitives.ConvertTruncating<int, long>(narrow, wide);
        CheckRange(spec, wide, areCut: true);
        return Marshal.UnsafeAddrOfPinnedArrayElement(_wide, 0);
    }

    private void CheckRange(TensorSpec spec, ReadOnlySpan<long> labels, bool areCut)
    {
        int row = labels.IndexOfAnyExceptInRange(0L, model.Outputs - 1);
        if (row >= 0)
        {
            string got = areCut ? ClassLabels.Said((int)labels[row]) : labels[row].ToString(CultureInfo.InvariantCulture);
            throw new DataException($"Tensor '{spec.Name}', row {row}: expected a class, 0 to {model.Outputs - 1}, got {got}.");
        }
    }
}
