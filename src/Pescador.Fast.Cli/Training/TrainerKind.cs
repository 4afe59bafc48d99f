namespace Pescador.Fast.Cli.Training;

/// <summary>Who computes.</summary>
internal enum TrainerKind
{
    /// <summary>The library's own linear classifier.</summary>
    Linear,

    /// <summary>libtorch.</summary>
    Torch,

    /// <summary>ONNX Runtime.</summary>
    Onnx,
}
