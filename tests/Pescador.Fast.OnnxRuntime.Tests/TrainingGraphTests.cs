namespace Pescador.Fast.OnnxTests;

/// <summary>A step of the graphs that are written here, against the formulas in double precision, and these against differences of the loss.</summary>
public sealed class TrainingGraphTests
{
    private const int Rows = 7;
    private const int Features = 5;
    private const int Classes = 3;

    [Theory]
    [InlineData(0)]
    [InlineData(6)]
    public void Gradients_OfTheReference_AreTheDifferencesOfItsLoss(int hidden) => Assert.True(WorstDifference(hidden, isRectified: true) < 1e-7);

    [Fact]
    public void Gradients_OfAReferenceThatForgetsTheRectifier_AreNot() => Assert.True(WorstDifference(6, isRectified: false) > 1e-3);

    [Theory]
    [InlineData(0)]
    [InlineData(6)]
    public void Step_WithoutMomentum_MovesByTheGradient(int hidden) => Assert.True(WorstStep(hidden, isRectified: true) < 2e-6, $"{WorstStep(hidden, true)}");

    [Fact]
    public void Step_AgainstAReferenceThatForgetsTheRectifier_MovesOtherwise() => Assert.True(WorstStep(6, isRectified: false) > 1e-3);

    [Theory]
    [InlineData(OnnxOptimiser.Momentum)]
    [InlineData(OnnxOptimiser.Adam)]
    public void Steps_OfAnOptimiser_FollowItsFormula(OnnxOptimiser optimiser) => Assert.True(WorstPath(optimiser, 0.8) < 1e-4, $"{WorstPath(optimiser, 0.8)}");

    [Fact]
    public void Steps_OfAnotherMomentum_DoNot() => Assert.True(WorstPath(OnnxOptimiser.Momentum, 0.7) > 1e-3);

    [Theory]
    [InlineData(ElementType.Int8)]
    [InlineData(ElementType.UInt8)]
    [InlineData(ElementType.Int16)]
    [InlineData(ElementType.UInt16)]
    [InlineData(ElementType.Int32)]
    [InlineData(ElementType.UInt32)]
    [InlineData(ElementType.UInt64)]
    public void Step_WithLabelsOfAnyWholeNumbers_IsTheSame(ElementType type)
    {
        Onnx.Need();
        var expected = new OnnxTrainingGraph(Features, Classes, 6);
        var graph = new OnnxTrainingGraph(Features, Classes, 6) { LabelsType = type };
        Assert.Equal(AfterOneStep(expected, Batch(out _, out _)), AfterOneStep(graph, WithLabels(Batch(out _, out int[] labels), labels, type)));
    }

    [Theory]
    [InlineData(ElementType.Float64)]
    [InlineData(ElementType.UInt8)]
    [InlineData(ElementType.Float16)]
    public void Step_WithFeaturesOfAnotherType_ConvertsThemInTheGraph(ElementType type)
    {
        Onnx.Need();
        float[] whole = [.. Enumerable.Range(0, Rows * Features).Select(i => (float)(i * 7 % 11))];
        using Sample floats = Sample.Of(("X", Reshape(whole)), ("Y", new long[Rows]));
        using Sample others = type switch
        {
            ElementType.Float64 => Sample.Of(("X", Reshape(Array.ConvertAll(whole, value => (double)value))), ("Y", new long[Rows])),
            ElementType.UInt8 => Sample.Of(("X", Reshape(Array.ConvertAll(whole, value => (byte)value))), ("Y", new long[Rows])),
            _ => Sample.Of(("X", Reshape(Array.ConvertAll(whole, value => (Half)value))), ("Y", new long[Rows])),
        };
        Assert.Equal(
            AfterOneStep(new OnnxTrainingGraph(Features, Classes, 4) { Scale = 0.125f }, floats),
            AfterOneStep(new OnnxTrainingGraph(Features, Classes, 4) { Scale = 0.125f, FeaturesType = type }, others));
    }

    [Fact]
    public void WriteTraining_OfOneSeed_WritesTheSameBytesAndOfAnotherOthers()
    {
        byte[] first = Written(new OnnxTrainingGraph(Features, Classes, 6) { Seed = 3 });
        Assert.Equal(first, Written(new OnnxTrainingGraph(Features, Classes, 6) { Seed = 3 }));
        Assert.NotEqual(first, Written(new OnnxTrainingGraph(Features, Classes, 6) { Seed = 4 }));
    }

    [Fact]
    public void TryRead_OfWhatAGraphSaysOfItself_GivesItBack()
    {
        Onnx.Need();
        var graph = new OnnxTrainingGraph(Features, Classes, 6) { Seed = -3, Scale = 0.1f, FeaturesType = ElementType.Int16, FeaturesName = "the features" };
        using OnnxSession session = OnnxSession.Open(graph.TrainingModel(), "graph");
        OnnxTrainingGraph? read = OnnxTrainingGraph.TryRead(session.Recipe);
        Assert.NotNull(read);
        Assert.Equal(
            (graph.Features, graph.Classes, graph.Hidden, graph.Seed, graph.Scale, graph.FeaturesType, graph.FeaturesName),
            (read.Features, read.Classes, read.Hidden, read.Seed, read.Scale, read.FeaturesType, read.FeaturesName));
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("2 5 3 6 1 1 Float32 X")]
    [InlineData("1 0 3 6 1 1 Float32 X")]
    [InlineData("1 5 1 6 1 1 Float32 X")]
    [InlineData("1 5 3 -6 1 1 Float32 X")]
    [InlineData("1 5 3 6 x 1 Float32 X")]
    [InlineData("1 5 3 6 1 1 Float32 ")]
    [InlineData("1 2147483647 2147483647 2147483647 1 1 Float32 X")]
    [InlineData("1 40000000 40000000 0 1 1 Float32 X")]
    [InlineData("1 2147483647 2147483647 0 1 1 Float32 X")]
    [InlineData("1 5 3 6 1 0 Float32 X")]
    [InlineData("1 5 3 6 1 NaN Float32 X")]
    [InlineData("1 5 3 6 1 1 99 X")]
    public void TryRead_OfWhatIsNotUnderstood_GivesNothing(string? text) => Assert.Null(OnnxTrainingGraph.TryRead(text));

    [Fact]
    public void Constructor_OfSizesThatMakeNoModel_Throws()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => new OnnxTrainingGraph(0, 2));
        Assert.Throws<ArgumentOutOfRangeException>(() => new OnnxTrainingGraph(1, 1));
        Assert.Throws<ArgumentOutOfRangeException>(() => new OnnxTrainingGraph(1, 2, -1));
        Assert.Throws<ArgumentOutOfRangeException>(() => new OnnxTrainingGraph(100_000, 2, 100_000));
        Assert.Throws<ArgumentOutOfRangeException>(() => new OnnxTrainingGraph(1_000_000_000, 1_000_000_000));
        Assert.Throws<ArgumentOutOfRangeException>(() => new OnnxTrainingGraph(int.MaxValue, int.MaxValue, int.MaxValue));
    }

    [Fact]
    public void WriteTraining_OfPropertiesThatMakeNoGraph_SaysWhich()
    {
        using var stream = new MemoryStream();
        Refused(new OnnxTrainingGraph(2, 2) { LearningRate = 0 }, "learning rate");
        Refused(new OnnxTrainingGraph(2, 2) { Momentum = 1 }, "momentum");
        Refused(new OnnxTrainingGraph(2, 2) { Scale = float.NaN }, "scale");
        Refused(new OnnxTrainingGraph(2, 2) { LabelsType = ElementType.Float16 }, "labels");
        Refused(new OnnxTrainingGraph(2, 2) { LabelsName = "X" }, "labels");

        void Refused(OnnxTrainingGraph graph, string word) =>
            Assert.Contains(word, Assert.Throws<InvalidOperationException>(() => graph.WriteTraining(stream)).Message);
    }

    [Fact]
    public void Learn_FromBools_TakesThemAs0And1()
    {
        Onnx.Need();
        using Sample bools = Sample.Of(("X", new bool[,] { { true, false }, { false, true } }), ("Y", new long[] { 0, 1 }));
        using Sample numbers = Sample.Of(("X", new float[,] { { 1, 0 }, { 0, 1 } }), ("Y", new long[] { 0, 1 }));
        using var fromBools = new OnnxLearner(new OnnxTrainingGraph(2, 2) { FeaturesType = ElementType.Bool });
        using var fromNumbers = new OnnxLearner(new OnnxTrainingGraph(2, 2));
        for (int step = 0; step < 3; step++)
        {
            fromBools.PartialFit(bools);
            fromNumbers.PartialFit(numbers);
        }

        Assert.Equal(fromNumbers.LastLoss, fromBools.LastLoss);
        Assert.Equal(1, fromBools.Score(bools));
    }

    private static byte[] Written(OnnxTrainingGraph graph)
    {
        using var stream = new MemoryStream();
        graph.WriteTraining(stream);
        return stream.ToArray();
    }

    // The greatest difference between the reference's gradients and central differences of its loss.
    private static double WorstDifference(int hidden, bool isRectified)
    {
        const double Width = 1e-6;
        Batch(out double[,] x, out int[] y).Dispose();
        ReferencePerceptron reference = Reference(new OnnxTrainingGraph(Features, Classes, hidden), isRectified);
        double worst = 0;
        foreach ((string name, double[] gradient) in reference.Gradients(x, y))
        {
            for (int i = 0; i < gradient.Length; i++)
            {
                double kept = reference.Weights[name][i];
                reference.Weights[name][i] = kept + Width;
                double above = reference.Loss(x, y);
                reference.Weights[name][i] = kept - Width;
                double below = reference.Loss(x, y);
                reference.Weights[name][i] = kept;
                worst = Math.Max(worst, Math.Abs((above - below) / (2 * Width) - gradient[i]));
            }
        }

        return worst;
    }

    // The greatest difference between a step of the graph, at a learning rate of 1, and the reference's gradients; or between their losses.
    private static double WorstStep(int hidden, bool isRectified)
    {
        Onnx.Need();
        var graph = new OnnxTrainingGraph(Features, Classes, hidden) { LearningRate = 1, Momentum = 0 };
        using Sample batch = Batch(out double[,] x, out int[] y);
        ReferencePerceptron reference = Reference(graph, isRectified);
        using var learner = new OnnxLearner(graph);
        learner.PartialFit(batch);
        using Sample after = learner.CopyParameters();
        double worst = Math.Abs(learner.LastLoss - reference.Loss(x, y));
        foreach ((string name, double[] gradient) in reference.Gradients(x, y))
        {
            for (int i = 0; i < gradient.Length; i++)
            {
                worst = Math.Max(worst, Math.Abs(reference.Weights[name][i] - gradient[i] - after[name].Span<float>()[i]));
            }
        }

        return worst;
    }

    // The greatest difference between the graph's weights after twenty steps and the reference's.
    private static double WorstPath(OnnxOptimiser optimiser, double momentum)
    {
        Onnx.Need();
        const double Rate = 0.05;
        var graph = new OnnxTrainingGraph(Features, Classes, 6) { Optimiser = optimiser, LearningRate = (float)Rate, Momentum = 0.8f };
        using Sample batch = Batch(out double[,] x, out int[] y);
        ReferencePerceptron reference = Reference(graph, isRectified: true);
        using var learner = new OnnxLearner(graph);
        Dictionary<string, double[]> means = reference.Weights.ToDictionary(pair => pair.Key, pair => new double[pair.Value.Length]);
        Dictionary<string, double[]> squares = reference.Weights.ToDictionary(pair => pair.Key, pair => new double[pair.Value.Length]);
        for (int step = 1; step <= 20; step++)
        {
            learner.PartialFit(batch);
            foreach ((string name, double[] gradient) in reference.Gradients(x, y))
            {
                for (int i = 0; i < gradient.Length; i++)
                {
                    double g = gradient[i];
                    ref double mean = ref means[name][i];
                    ref double square = ref squares[name][i];
                    (mean, square) = optimiser == OnnxOptimiser.Adam ? (0.9 * mean + 0.1 * g, 0.999 * square + 0.001 * g * g) : (momentum * mean + g, 0);
                    reference.Weights[name][i] -= Rate * (optimiser == OnnxOptimiser.Adam
                        ? mean / (1 - Math.Pow(0.9, step)) / (Math.Sqrt(square / (1 - Math.Pow(0.999, step))) + 1e-8)
                        : mean);
                }
            }
        }

        using Sample after = learner.CopyParameters();
        return reference.Weights.Max(pair => pair.Value.Select((value, i) => Math.Abs(value - after[pair.Key].Span<float>()[i])).Max());
    }

    private static ReferencePerceptron Reference(OnnxTrainingGraph graph, bool isRectified)
    {
        var reference = new ReferencePerceptron((graph.Features, graph.Hidden, graph.Classes)) { IsRectified = isRectified };
        foreach (TensorSpec weight in graph.Weights.Tensors)
        {
            reference.Weights[weight.Name] = Array.ConvertAll(graph.FirstValues(weight), value => (double)value);
        }

        return reference;
    }

    private static Sample Batch(out double[,] x, out int[] y)
    {
        var random = new RandomGenerator(5);
        var features = new float[Rows, Features];
        (x, y) = (new double[Rows, Features], new int[Rows]);
        for (int row = 0; row < Rows; row++)
        {
            y[row] = random.NextInt32(Classes);
            for (int i = 0; i < Features; i++)
            {
                features[row, i] = (float)random.NextNormal();
                x[row, i] = features[row, i];
            }
        }

        return Sample.Of(("X", features), ("Y", Array.ConvertAll(y, label => (long)label)));
    }

    private static Sample WithLabels(Sample batch, int[] labels, ElementType type)
    {
        float[] features = batch["X"].Span<float>().ToArray();
        batch.Dispose();
        TensorData data = type switch
        {
            ElementType.Int8 => Array.ConvertAll(labels, label => (sbyte)label),
            ElementType.UInt8 => Array.ConvertAll(labels, label => (byte)label),
            ElementType.Int16 => Array.ConvertAll(labels, label => (short)label),
            ElementType.UInt16 => Array.ConvertAll(labels, label => (ushort)label),
            ElementType.Int32 => labels,
            ElementType.UInt32 => Array.ConvertAll(labels, label => (uint)label),
            _ => Array.ConvertAll(labels, label => (ulong)label),
        };
        return Sample.Of(("X", Reshape(features)), ("Y", data));
    }

    private static T[,] Reshape<T>(T[] values) where T : unmanaged
    {
        var rows = new T[Rows, Features];
        values.CopyTo(System.Runtime.InteropServices.MemoryMarshal.CreateSpan(ref rows[0, 0], values.Length));
        return rows;
    }

    private static float[] AfterOneStep(OnnxTrainingGraph graph, Sample batch)
    {
        using (batch)
        {
            using var learner = new OnnxLearner(graph);
            learner.PartialFit(batch);
            using Sample after = learner.CopyParameters();
            return after["hidden.weights"].Span<float>().ToArray();
        }
    }
}
