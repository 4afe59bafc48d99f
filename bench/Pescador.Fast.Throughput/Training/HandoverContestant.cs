namespace Pescador.Fast.Throughput;

/// <summary>Hands one batch's tensor to a trainer and takes it back, again and again.</summary>
/// <param name="batch">With the tensor X; stays the caller's.</param>
/// <param name="handOver">Makes the trainer's own tensor over it and releases that.</param>
/// <param name="check">Makes one more and checks it.</param>
internal sealed class HandoverContestant(Sample batch, Action<TensorView> handOver, Action<TensorView> check) : Contestant
{
    internal override int UnitsPerPiece => 4096;

    internal override void Run()
    {
        for (int i = UnitsPerPiece; i > 0; i--)
        {
            handOver(batch["X"]);
        }
    }

    internal override void Check() => check(batch["X"]);
}
