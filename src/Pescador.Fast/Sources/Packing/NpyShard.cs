namespace Pescador.Fast;

/// <summary>A shard of one <c>.npy</c> file per tensor.</summary>
internal sealed class NpyShard : Shard
{
    internal const int HeaderLength = 256;

    private readonly NpyWriter[] _writers;
    private readonly string[] _paths;

    internal NpyShard(string stem, SampleSpec rowSpec)
        : base(rowSpec)
    {
        _paths = Array.ConvertAll(rowSpec.Tensors.ToArray(), tensor => $"{stem}.{tensor.Name}.npy");
        _writers = new NpyWriter[_paths.Length];
        int bufferLength = ShardBuffers.LengthFor(_paths.Length);
        try
        {
            for (int i = 0; i < _paths.Length; i++)
            {
                _writers[i] = new NpyWriter(_paths[i] + PartEnd, bufferLength, rowSpec[i].ElementType, rowSpec[i].Shape);
            }
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    internal override IReadOnlyList<string> Paths => _paths;

    /// <summary>Fails for a name that a file <c>STEM.NAME.npy</c> cannot have.</summary>
    /// <exception cref="PescadorException">There is one.</exception>
    internal static void CheckNames(SampleSpec spec)
    {
        foreach (TensorSpec tensor in spec.Tensors)
        {
            if (tensor.Name.AsSpan().IndexOfAny("./\\:") >= 0 || tensor.Name.Any(char.IsControl))
            {
                throw new PescadorException(
                    $"The tensor '{tensor.Name}' cannot be the NAME of a file STEM.NAME.npy, for its dots, slashes or colons; pack to safetensors.");
            }
        }
    }

    internal override void Complete(List<string> notes)
    {
        foreach (NpyWriter writer in _writers)
        {
            writer.Complete();
        }
    }

    public override void Dispose()
    {
        foreach (NpyWriter? writer in _writers)
        {
            try
            {
                writer?.Dispose();
            }
            catch (IOException)
            {
                // What is still in its buffer has no room, either; the file is removed all the same.
            }
        }
    }

    protected override void Write(int tensor, TensorView row) => _writers[tensor].WriteRow(row);
}
