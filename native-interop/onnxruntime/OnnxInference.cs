namespace Pescador.Fast;

/// <summary>Streams of batches through a graph.</summary>
public static class OnnxInference
{
    /// <summary>What a graph makes of each batch: its outputs, and those of the batch's tensors that are kept.</summary>
    /// <param name="batches">With the graph's inputs by name; what else they hold is left aside unless kept.</param>
    /// <param name="session">Stays the caller's; disposed after the streams.</param>
    /// <param name="keep">Names of tensors that are copied into the result, such as labels.</param>
    /// <remarks>The graph reads each batch where it was stacked and writes straight into the memory of the result. Lengths that the graph leaves open follow
    /// from the batch, by name. A batch that does not fit raises a <see cref="DataException"/>, or a <see cref="KeyNotFoundException"/> where a tensor is
    /// missing.</remarks>
    /// <exception cref="ArgumentException">An output's form does not follow from the inputs', or a tensor that is kept has an output's name.</exception>
    public static Streamer<Sample> Infer(this Streamer<Sample> batches, OnnxSession session, params ReadOnlySpan<string> keep)
    {
        ArgumentNullException.ThrowIfNull(batches);
        ArgumentNullException.ThrowIfNull(session);
        string[] kept = TensorKeys.Checked(keep.ToArray(), nameof(keep));
        foreach (OnnxTensorInfo output in session.Outputs)
        {
            if (kept.Contains(output.Name))
            {
                throw new ArgumentException($"'{output.Name}' cannot be kept: the graph '{session.Name}' gives {output}.", nameof(keep));
            }

            if (output.ElementType is null || !Follows(output, session.Inputs))
            {
                throw new ArgumentException(
                    $"The graph '{session.Name}' gives {output}, whose form does not follow from what it takes, "
                    + $"[{string.Join(", ", (object[])session.Inputs.ToArray())}].", nameof(session));
            }
        }

        return new OnnxInferStreamer(batches, session, kept.Distinct().ToArray());
    }

    private static bool Follows(OnnxTensorInfo output, ReadOnlySpan<OnnxTensorInfo> inputs)
    {
        for (int axis = 0; axis < output.Dimensions.Length; axis++)
        {
            bool isKnown = output.Dimensions[axis].Length is not null;
            foreach (OnnxTensorInfo input in inputs)
            {
                isKnown |= output.Symbols[axis] != OnnxTensorInfo.NoSymbol && input.Symbols.Contains(output.Symbols[axis]);
            }

            if (!isKnown)
            {
                return false;
            }
        }

        return true;
    }
}
