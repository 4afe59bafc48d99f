namespace Pescador.Fast;

public static partial class SampleMaps
{
    /// <summary>Some of the samples' tensors as float32, whatever they were; other tensors, and samples that are all right, pass as they are.</summary>
    /// <param name="source">Samples, or better batches: each that is converted is copied once.</param>
    /// <param name="names">Of the tensors; at least one. Where one is missing, a <see cref="KeyNotFoundException"/> names it and those there are.</param>
    /// <remarks>Numbers are rounded to the nearest float32; beyond its range they become infinite.</remarks>
    /// <exception cref="ArgumentException">No name, or one that is null or empty.</exception>
    public static Streamer<Sample> ToFloat32(this Streamer<Sample> source, params ReadOnlySpan<string> names)
    {
        ArgumentNullException.ThrowIfNull(source);
        return names.IsEmpty
            ? throw new ArgumentException("ToFloat32 needs at least one tensor's name.", nameof(names))
            : new ToFloat32Streamer(source, TensorKeys.Checked(names.ToArray(), nameof(names)));
    }
}
