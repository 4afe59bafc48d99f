namespace Pescador.Fast;

/// <summary>Streams of batches through a graph.</summary>
public static class OnnxInference
{
    /// <summary>What a graph makes of each batch: its outputs, and those of the batch's tensors that are kept.</summary>
    /// <param name="batches">With the graph's inputs by name; what else they hold is left aside unless kept.</param>
    /// <param name="session">Stays the caller's; disposed after the streams.</param>
    /// <param name="keep">Names of tensors that are copied into the result, such as labels.</param>
    /// <exception cref="ArgumentException">An output's form does not follow from the inputs', or one that is kept has an output's name.</exception>
    public static Streamer<Sample> Infer(this Streamer<Sample> batches, OnnxSession session, params ReadOnlySpan<string> keep) => throw new NotImplementedException();
}
