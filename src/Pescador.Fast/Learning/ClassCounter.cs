namespace Pescador.Fast;

/// <summary>Counts the rows of each class: how many classes there are, and how even they are.</summary>
public sealed class ClassCounter : IPartialFit
{
    private readonly int _mostClasses;
    private int[] _labels = [];
    private long[] _counts = [];

    /// <summary>A counter that has seen nothing.</summary>
    /// <param name="mostClasses">More are refused: labels that large are numbers of something else.</param>
    /// <exception cref="ArgumentOutOfRangeException">Not positive.</exception>
    public ClassCounter(int mostClasses = 1 << 16)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(mostClasses);
        _mostClasses = mostClasses;
    }

    /// <summary>The name of the tensor of labels, [n] or [n, 1], integers or whole float32 or float64.</summary>
    public string LabelsName { get; init; } = "Y";

    /// <summary>The greatest label seen, and one; 0 before the first.</summary>
    public int Classes { get; private set; }

    /// <summary>Rows seen.</summary>
    public long Rows { get; private set; }

    /// <summary>Rows of each class, [<see cref="Classes"/>].</summary>
    public ReadOnlySpan<long> Counts => _counts.AsSpan(0, Classes);

    /// <summary>Counts a batch's labels.</summary>
    /// <param name="batch">With the tensor <see cref="LabelsName"/>.</param>
    /// <exception cref="KeyNotFoundException">The tensor is missing.</exception>
    /// <exception cref="DataException">Labels are no whole numbers, below 0, or too large.</exception>
    public void PartialFit(Sample batch)
    {
        TensorView tensor = batch[LabelsName];
        int rows = checked((int)(tensor.Shape.IsEmpty ? 1 : tensor.Shape[0]));
        foreach (int label in ClassLabels.Read(tensor, rows, LabelsName, ref _labels))
        {
            if ((uint)label >= (uint)_counts.Length)
            {
                Grow(label);
            }

            _counts[label]++;
            Classes = Math.Max(Classes, label + 1);
        }

        Rows += rows;
    }

    private void Grow(int label)
    {
        if ((uint)label >= (uint)_mostClasses)
        {
            throw new DataException(
                $"Tensor '{LabelsName}': labels are whole numbers from 0 to {_mostClasses - 1}, got {ClassLabels.Said(label)}.");
        }

        Array.Resize(ref _counts, Math.Min(_mostClasses, Math.Max(label + 1, 2 * _counts.Length)));
    }
}
