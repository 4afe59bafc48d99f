namespace Pescador.Fast.OnnxTests;

/// <summary>What the tests share: small graphs, and batches to run them on.</summary>
internal static class Onnx
{
    /// <summary>Skips a test where the library is missing.</summary>
    internal static void Need() => Assert.SkipUnless(OnnxRuntime.IsAvailable, OnnxRuntime.Missing ?? "");

    /// <summary>X float32[n,width] in, Z = 2 X out.</summary>
    internal static byte[] Twice(int width = 4, string? extra = null)
    {
        var graph = new OnnxGraphBuilder("twice");
        graph.AddInput("X", ElementType.Float32, -1, width);
        graph.Add("Add", ["X", "X"], "Z");
        graph.AddOutput("Z", ElementType.Float32, -1, width);
        if (extra is not null)
        {
            graph.AddInput(extra, ElementType.Int64, -1);
            graph.Add("Neg", [extra], extra + ".negated");
            graph.AddOutput(extra + ".negated", ElementType.Int64, -1);
        }

        return graph.Model();
    }

    /// <summary>A training step of another's making: w ← w − 0.5 mean(X), loss = sum of w.</summary>
    internal static byte[] Foreign(bool hasTwin = true, bool hasInput = true, bool hasLoss = true)
    {
        var graph = new OnnxGraphBuilder("foreign");
        graph.AddInput("X", ElementType.Float32, -1, 2);
        if (hasInput)
        {
            graph.AddInput("w", ElementType.Float32, 2);
        }

        graph.Initializer("w", [10f, 20f], 2);
        string mean = graph.Add("ReduceSum", ["X", graph.Constant("rows", [0L], 1)], null, ("keepdims", 0));
        string next = hasTwin ? "w.next" : "w.moved";
        graph.Add("Sub", ["w", graph.Add("Mul", [mean, graph.Constant("half", [0.5f])])], next);
        graph.AddOutput(next, ElementType.Float32, 2);
        string loss = hasLoss ? "loss" : "cost";
        graph.Add("ReduceSum", ["w"], loss, ("keepdims", 0));
        graph.AddOutput(loss, ElementType.Float32);
        return graph.Model();
    }

    /// <summary>Batches of rows in the unit cube, whose label says which of the first features is the largest.</summary>
    internal static Streamer<Sample> Batches(int features, int classes, int rows, long count, long seed = 1, SlabPool? pool = null)
    {
        var spec = new SampleSpec(TensorSpec.Of<float>("X", features), TensorSpec.Of<long>("Y"));
        return Streamer.Create(Rows, spec, classes).WithSeed(seed).Take(count).Buffer(rows, partial: true, pool: pool);
    }

    private static IEnumerable<Sample> Rows(StreamContext context, SampleSpec spec, int classes)
    {
        while (true)
        {
            Sample sample = context.Rent(spec);
            Span<float> x = sample["X"].Span<float>();
            foreach (ref float value in x)
            {
                value = context.Random.NextSingle();
            }

            sample["Y"].Span<long>()[0] = x[..classes].IndexOf(System.Numerics.Tensors.TensorPrimitives.Max<float>(x[..classes]));
            yield return sample;
        }
    }

    /// <summary>One of these batches; the caller's to dispose.</summary>
    internal static Sample OneBatch(int features, int classes, int rows)
    {
        using ActiveStream<Sample> stream = Batches(features, classes, rows, count: rows, seed: 7).Open();
        Assert.True(stream.MoveNext());
        return stream.Current;
    }
}
