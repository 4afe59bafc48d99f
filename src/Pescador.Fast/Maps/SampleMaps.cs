namespace Pescador.Fast;

/// <summary>Maps of streams of samples.</summary>
public static partial class SampleMaps
{
    /// <summary>Samples as tuples of some of their tensors, always a list in the order of the keys.</summary>
    /// <param name="source">Samples that have them; where one is missing, a <see cref="KeyNotFoundException"/> names it and those
    /// there are.</param>
    /// <param name="keys">At least one.</param>
    /// <exception cref="ArgumentException">No key, or one that is null or empty.</exception>
    public static Streamer<TensorTuple> Tuples(this Streamer<Sample> source, params ReadOnlySpan<string> keys)
    {
        ArgumentNullException.ThrowIfNull(source);
        if (keys.IsEmpty)
        {
            throw new ArgumentException("Tuples needs at least one key.", nameof(keys));
        }

        string[] names = TensorKeys.Checked(keys.ToArray(), nameof(keys));
        return new TuplesStreamer<TensorTuple>(source, $"Tuples({TensorKeys.Quote(names)})", names, sample => new TensorTuple(sample, names));
    }

    /// <summary>Samples as Keras takes them: <c>KerasTuples("X", "Y")</c>, <c>KerasTuples(["X1", "X2"], "Y")</c>.</summary>
    /// <param name="source">Samples that have them; where one is missing, a <see cref="KeyNotFoundException"/> names it and those
    /// there are.</param>
    /// <param name="inputs">A string gives the tensor, a collection a list, also of one, nothing gives nothing.</param>
    /// <param name="outputs">The same.</param>
    /// <exception cref="ArgumentException">No key in either, or one that is null or empty.</exception>
    public static Streamer<KerasTuple> KerasTuples(this Streamer<Sample> source, KerasKeys inputs = default, KerasKeys outputs = default)
    {
        ArgumentNullException.ThrowIfNull(source);
        if (inputs.IsNone && outputs.IsNone)
        {
            throw new ArgumentException("KerasTuples needs at least one key, in the inputs or the outputs.", nameof(inputs));
        }

        var form = new KerasTuple.Form(inputs, outputs);
        string[] names = [.. inputs.Names, .. outputs.Names];
        return new TuplesStreamer<KerasTuple>(source, $"KerasTuples({inputs}, {outputs})", names, sample => new KerasTuple(sample, form));
    }
}
