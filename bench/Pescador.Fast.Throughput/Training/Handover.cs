namespace Pescador.Fast.Throughput;

/// <summary>What it costs to hand a batch to a trainer: a tensor of libtorch, or a value of ONNX Runtime, over a batch's memory, made and released.</summary>
internal static class Handover
{
    private static readonly SampleSpec BatchSpec = new(TensorSpec.Of<float>("X", 128, 64, 64));

    internal static Outcome Run(Measure measure)
    {
        var half = new Measure(measure.Time / 2);
        Rounds rounds = Measured(half, static tensor => TorchTensor.Over(tensor).Dispose(), CheckTorch);
        Outcome outcome = new Outcome()
            .Add("microseconds", rounds.Of(static rate => 1e6 / rate))
            .Add("allocated_bytes_per_handover", rounds.AllocatedBytesPerUnit);
        if (OnnxRuntime.Missing is { } missing)
        {
            return outcome.Add("onnx_missing", missing).AddConduct(rounds);
        }

        Rounds onnx = Measured(half, static tensor => OnnxValue.Over(tensor).Dispose(), CheckOnnx);
        return outcome
            .Add("onnx_microseconds", onnx.Of(static rate => 1e6 / rate))
            .Add("onnx_allocated_bytes_per_handover", onnx.AllocatedBytesPerUnit)
            .AddConduct(rounds);
    }

    private static Rounds Measured(Measure measure, Action<TensorView> handOver, Action<TensorView> check)
    {
        using var pool = new SlabPool(BatchSpec, 1);
        Rounds rounds;
        using (Sample batch = pool.Rent())
        using (var contestant = new HandoverContestant(batch, handOver, check))
        {
            rounds = measure.Of(contestant);
        }

        // The one slab is home only if every tensor over it has gone.
        return pool.Counters is { Outstanding: 0, Forgotten: 0 } && NativeLease.Outstanding == 0
            ? rounds
            : throw new VerificationException($"{pool.Counters.Outstanding} slabs and {NativeLease.Outstanding} leases are still out; none was to be.");
    }

    private static void CheckTorch(TensorView tensor)
    {
        using TorchTensor over = TorchTensor.Over(tensor);
        NativeLease lease = NativeLease.Take(tensor.Pin());
        lease.Release();
        if (over.Address != lease.Address || !over.GetShape().SequenceEqual([128, 64, 64]))
        {
            throw new VerificationException($"The tensor lies at {over.Address:x} as [{string.Join(',', over.GetShape())}], the batch at {lease.Address:x} as {tensor.Spec}.");
        }
    }

    // That ONNX Runtime computes where the batch lies is its own tests' to show; a value tells no address.
    private static void CheckOnnx(TensorView tensor)
    {
        using OnnxValue over = OnnxValue.Over(tensor);
        if (over.Spec != tensor.Spec)
        {
            throw new VerificationException($"The value is {over.Spec}, the batch {tensor.Spec}.");
        }
    }
}
