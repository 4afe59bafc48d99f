using System.Runtime.InteropServices;

namespace Pescador.Fast;

/// <summary>A model of libtorch: its layers and their weights, float32 until it learns float64. Whoever made it disposes it.</summary>
public sealed class TorchModel : SafeHandle
{
    private TorchModel(long inputs, long outputs)
        : base(0, ownsHandle: true)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(inputs);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(outputs);
        (Features, Outputs) = (inputs, outputs);
    }

    /// <summary>Numbers in a row.</summary>
    public long Features { get; }

    /// <summary>Numbers that come of a row: classes, or values.</summary>
    public long Outputs { get; }

    /// <summary>How many numbers are learned.</summary>
    /// <exception cref="ObjectDisposedException">The model is disposed.</exception>
    public long ParameterCount => throw new NativeLibraryException($"{TorchRuntime.Missing} {handle}");

    /// <inheritdoc/>
    public override bool IsInvalid => handle == 0;

    /// <summary>f = W x + b.</summary>
    /// <param name="features">At least 1.</param>
    /// <param name="outputs">At least 1.</param>
    /// <param name="seed">Of the first weights.</param>
    /// <exception cref="NativeLibraryException">libtorch is not available.</exception>
    public static TorchModel Linear(long features, long outputs, long seed) => Make(features, outputs, seed);

    /// <summary>f = W₂ max(0, W₁ x + b₁) + b₂.</summary>
    /// <param name="features">At least 1.</param>
    /// <param name="hidden">At least 1.</param>
    /// <param name="outputs">At least 1.</param>
    /// <param name="seed">Of the first weights.</param>
    /// <exception cref="NativeLibraryException">libtorch is not available.</exception>
    public static TorchModel Perceptron(long features, long hidden, long outputs, long seed)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(hidden);
        return Make(features, outputs, seed);
    }

    /// <summary>Two convolutions of 3 × 3, each followed by max(0, ·), a pooling of 2 × 2, and a linear layer; for images.</summary>
    /// <param name="channels">At least 1.</param>
    /// <param name="height">In pixels; at least 2.</param>
    /// <param name="width">In pixels; at least 2.</param>
    /// <param name="outputs">At least 1.</param>
    /// <param name="seed">Of the first weights.</param>
    /// <exception cref="NativeLibraryException">libtorch is not available.</exception>
    public static TorchModel Convolutional(long channels, long height, long width, long outputs, long seed) =>
        Make(checked(channels * height * width), outputs, seed);

    /// <summary>Writes the weights to a file, over what is there.</summary>
    /// <exception cref="PescadorException">It cannot be written.</exception>
    public void Save(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        throw new NativeLibraryException($"{TorchRuntime.Missing} {handle}");
    }

    /// <summary>Takes the weights from a file that <see cref="Save"/> wrote for a model of the same form.</summary>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="DataException">The file is damaged, or of another model; this one is as it was.</exception>
    public void Load(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        throw new NativeLibraryException($"{TorchRuntime.Missing} {handle}");
    }

    /// <inheritdoc/>
    protected override bool ReleaseHandle() => true;

    private static TorchModel Make(long features, long outputs, long seed)
    {
        _ = new TorchModel(features, outputs);
        throw new NativeLibraryException($"{TorchRuntime.Missing} ({seed})");
    }
}
