using System.Runtime.InteropServices;

namespace Pescador.Fast;

/// <summary>A model with its optimiser's state, inside libtorch. A <see cref="TorchLearner"/> owns it.</summary>
internal sealed class TorchTrainer : SafeHandle
{
    internal unsafe TorchTrainer(TorchModel model, TorchOptimizer optimizer, TorchLoss loss)
        : base(0, ownsHandle: true)
    {
        // Invariant: the rule is read during the call only.
        var rule = new TorchRule(optimizer);
        TorchCalls.Check(TorchCalls.NewTrainer(model, &rule, loss, out nint trainer));
        SetHandle(trainer);
    }

    public override bool IsInvalid => handle == 0;

    protected override bool ReleaseHandle() => TorchCalls.FreeTrainer(handle) == 0;
}
