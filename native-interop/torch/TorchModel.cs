using System.Runtime.InteropServices;

namespace Pescador.Fast;

/// <summary>A model of libtorch: its layers and their weights. Whoever made it disposes it.</summary>
/// <remarks>First weights and biases are uniform in ±1/√n, n the numbers that each output of a layer depends on, and depend on the seed alone.
/// Not thread-safe: one learner at a time learns, or asks.</remarks>
public sealed partial class TorchModel : SafeHandle
{
    private readonly nint[]? _image; // [channels, height, width]

    private TorchModel(long features, long outputs, ElementType elementType, nint[]? image = null)
        : base(0, ownsHandle: true)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(features);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(outputs);
        if (elementType is not (ElementType.Float32 or ElementType.Float64))
        {
            throw new ArgumentOutOfRangeException(nameof(elementType), elementType, "Expected Float32 or Float64.");
        }

        TorchLibrary.Require();
        (Features, Outputs, ElementType, _image) = (features, outputs, elementType, image);
    }

    /// <summary>Numbers in a row.</summary>
    public long Features { get; }

    /// <summary>Numbers that come of a row: one for each class, or values.</summary>
    public long Outputs { get; }

    /// <summary>Of weights and features: float32 or float64.</summary>
    public ElementType ElementType { get; }

    /// <summary>How many numbers are learned.</summary>
    /// <exception cref="ObjectDisposedException">The model is disposed.</exception>
    public long ParameterCount
    {
        get
        {
            TorchCalls.Check(TorchCalls.ParameterCount(this, out long count));
            return count;
        }
    }

    /// <inheritdoc/>
    public override bool IsInvalid => handle == 0;

    /// <summary>f = W x + b.</summary>
    /// <param name="features">Numbers in a row; at least 1.</param>
    /// <param name="outputs">At least 1.</param>
    /// <param name="seed">Of the first weights.</param>
    /// <param name="elementType">Of weights and features: float32 or float64.</param>
    /// <exception cref="ArgumentOutOfRangeException">An argument is out of its range.</exception>
    /// <exception cref="NativeLibraryException">libtorch is not available.</exception>
    public static TorchModel Linear(long features, long outputs, long seed, ElementType elementType = ElementType.Float32)
    {
        var model = new TorchModel(features, outputs, elementType);
        TorchCalls.Check(TorchCalls.NewLinear(features, outputs, (int)elementType, seed, out nint made));
        model.SetHandle(made);
        return model;
    }

    /// <summary>f = W₂ max(0, W₁ x + b₁) + b₂.</summary>
    /// <param name="features">Numbers in a row; at least 1.</param>
    /// <param name="hidden">Numbers between the layers; at least 1.</param>
    /// <param name="outputs">At least 1.</param>
    /// <param name="seed">Of the first weights.</param>
    /// <param name="elementType">Of weights and features: float32 or float64.</param>
    /// <inheritdoc cref="Linear"/>
    public static TorchModel Perceptron(long features, long hidden, long outputs, long seed, ElementType elementType = ElementType.Float32)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(hidden);
        var model = new TorchModel(features, outputs, elementType);
        TorchCalls.Check(TorchCalls.NewPerceptron(features, hidden, outputs, (int)elementType, seed, out nint made));
        model.SetHandle(made);
        return model;
    }

    /// <summary>
    /// For images: convolutions of 3 × 3 with 16 and then 32 channels, max(0, ·) after each, the greatest of each 2 × 2 pixels, and a linear layer.
    /// </summary>
    /// <param name="channels">At least 1.</param>
    /// <param name="height">In pixels; at least 2.</param>
    /// <param name="width">In pixels; at least 2.</param>
    /// <param name="outputs">At least 1.</param>
    /// <param name="seed">Of the first weights.</param>
    /// <param name="elementType">Of weights and features: float32 or float64.</param>
    /// <inheritdoc cref="Linear"/>
    public static TorchModel Convolutional(
        long channels, long height, long width, long outputs, long seed, ElementType elementType = ElementType.Float32)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(channels);
        ArgumentOutOfRangeException.ThrowIfLessThan(height, 2);
        ArgumentOutOfRangeException.ThrowIfLessThan(width, 2);
        // No batch has rows of more bytes than can be addressed; the shim's own products are some times larger, and must not overflow.
        if ((double)channels * height * width > 1L << 56)
        {
            throw new ArgumentOutOfRangeException(nameof(channels), channels, $"Images of [{channels},{height},{width}] are too large to be addressed.");
        }

        var model = new TorchModel(channels * height * width, outputs, elementType, [(nint)channels, (nint)height, (nint)width]);
        TorchCalls.Check(TorchCalls.NewConvolutional(channels, height, width, outputs, (int)elementType, seed, out nint made));
        model.SetHandle(made);
        return model;
    }

    /// <inheritdoc/>
    protected override bool ReleaseHandle() => TorchCalls.FreeModel(handle) == 0;

    /// <summary>That rows are what the model takes.</summary>
    /// <param name="features">[n, ...].</param>
    /// <returns>How many there are.</returns>
    /// <exception cref="DataException">Other elements or another shape.</exception>
    internal long CheckRows(TensorView features)
    {
        TensorSpec spec = features.Spec;
        ReadOnlySpan<nint> shape = spec.Shape;
        bool fits = spec.ElementType == ElementType && shape.Length >= 2 && (_image is null || shape.Length == 2
            ? RowLength(shape) == Features
            : shape[1..].SequenceEqual(_image) || (_image[0] == 1 && shape[1..].SequenceEqual(_image.AsSpan(1))));
        if (!fits)
        {
            string image = _image is null ? "" : $" or {ElementType.Name()}[n,{string.Join(',', _image)}]";
            throw new DataException($"Tensor '{spec.Name}': the model takes {ElementType.Name()}[n,{Features}]{image}, got {spec.Form}.");
        }

        return shape[0];
    }

    private static nint RowLength(ReadOnlySpan<nint> shape)
    {
        nint length = 1;
        foreach (nint axis in shape[1..])
        {
            length *= axis; // no overflow: the spec's bytes are counted, except beside an axis of 0, where nothing is lent
        }

        return length;
    }
}
