using System.Numerics;
using System.Numerics.Tensors;

namespace Pescador.Fast.Cli.Training;

/// <summary>A model that ONNX Runtime trains, on the batches' own memory.</summary>
internal sealed class OnnxTrainer : ITrainer
{
    private readonly OnnxLearner _learner;
    private readonly DataForm _form;

    internal OnnxTrainer(TrainerChoice choice, DataForm form, int features, int classes, long seed)
    {
        _form = form;
        _learner = new OnnxLearner(new OnnxTrainingGraph(features, classes, choice.Hidden)
        {
            LearningRate = (float)choice.LearningRate,
            Momentum = (float)TrainerChoice.Momentum,
            Seed = seed,
            FeaturesName = form.Features,
            LabelsName = form.Label,
            LabelsType = HasFloatLabels ? ElementType.Int64 : form.LabelType,
        });
    }

    private bool HasFloatLabels => _form.LabelType is ElementType.Float32 or ElementType.Float64;

    public void PartialFit(Sample batch)
    {
        if (Fits(batch))
        {
            _learner.PartialFit(batch);
            return;
        }

        using Sample flat = Flat(batch);
        _learner.PartialFit(flat);
    }

    public double Score(Sample batch)
    {
        if (Fits(batch))
        {
            return _learner.Score(batch);
        }

        using Sample flat = Flat(batch);
        return _learner.Score(flat);
    }

    public void Dispose() => _learner.Dispose();

    // A graph takes [n,features] and whole numbers [n].
    private bool Fits(Sample batch) => batch[_form.Features].Shape.Length == 2 && batch[_form.Label].Shape.Length == 1 && !HasFloatLabels;

    // The only batches that are copied on the way to a trainer. That labels are whole was found out when classes were counted.
    private Sample Flat(Sample batch)
    {
        TensorView features = batch[_form.Features];
        TensorView labels = batch[_form.Label];
        nint rows = features.Shape[0];
        Array flat = labels.ElementType switch
        {
            ElementType.Float32 => Whole<float>(labels),
            ElementType.Float64 => Whole<double>(labels),
            ElementType.Int8 => labels.Span<sbyte>().ToArray(),
            ElementType.UInt8 => labels.Span<byte>().ToArray(),
            ElementType.Int16 => labels.Span<short>().ToArray(),
            ElementType.UInt16 => labels.Span<ushort>().ToArray(),
            ElementType.Int32 => labels.Span<int>().ToArray(),
            ElementType.UInt32 => labels.Span<uint>().ToArray(),
            ElementType.UInt64 => labels.Span<ulong>().ToArray(),
            _ => labels.Span<long>().ToArray(),
        };
        return Sample.Of(
            (_form.Features, new TensorData(features.Span<float>().ToArray(), rows, features.ElementCount / rows)), (_form.Label, flat));
    }

    private static long[] Whole<T>(TensorView labels) where T : unmanaged, INumberBase<T>
    {
        long[] whole = new long[labels.ElementCount];
        TensorPrimitives.ConvertTruncating<T, long>(labels.Span<T>(), whole);
        return whole;
    }
}
