using System.Runtime.InteropServices;

namespace Pescador.Fast;

/// <summary>pescador_torch_rule of shim/pescador_torch.h.</summary>
[StructLayout(LayoutKind.Sequential)]
internal readonly struct TorchRule(TorchOptimizer optimizer)
{
    private readonly double _learningRate = optimizer.LearningRate;
    private readonly double _weightDecay = optimizer.WeightDecay;
    private readonly double _first = optimizer.First;
    private readonly double _second = optimizer.Second;
    private readonly double _epsilon = optimizer.Epsilon;
    private readonly int _isAdam = optimizer.IsAdam ? 1 : 0;
}
