using System.Diagnostics;
using System.Globalization;
using System.Numerics.Tensors;
using Pescador.Fast.Cli.Running;

namespace Pescador.Fast.Cli.Training;

/// <summary>Trains a model from files that need not fit into memory, and tells how good it is on rows that it never saw.</summary>
internal sealed class OutOfCoreTraining : IDisposable
{
    private readonly IReadOnlyList<Source> _sources;
    private readonly TrainingPlan _plan;
    private readonly (Source Training, Source HeldOut)[] _parts;
    private readonly MemoryBudget _budget;
    private readonly WorkingSet _workingSet = new();
    private readonly Action<TrainingStep> _progress;
    private readonly CancellationToken _cancellation;

    private OutOfCoreTraining(IReadOnlyList<Source> sources, TrainingPlan plan, Action<TrainingStep> progress, CancellationToken cancellation)
    {
        _sources = sources;
        _plan = plan;
        _parts = [.. sources.Select(source => source.Split(plan.HeldOut, plan.Mix.Seed))];
        _budget = new MemoryBudget(plan.Mix.BudgetInBytes);
        _progress = progress;
        _cancellation = cancellation;
    }

    /// <summary>Trains.</summary>
    /// <param name="sources">At least one.</param>
    /// <param name="plan">What and how.</param>
    /// <param name="progress">Told after each batch.</param>
    /// <param name="cancellation">Ends it.</param>
    /// <exception cref="PescadorException">The data cannot be learned from, or the budget is too small.</exception>
    internal static TrainingResult Run(
        IReadOnlyList<Source> sources, TrainingPlan plan, Action<TrainingStep>? progress = null, CancellationToken cancellation = default)
    {
        plan.Trainer.Require();
        if (plan.SavePath is { } path)
        {
            SavedModel.RequirePlace(path);
        }

        using var memory = new ResidentMemory();
        using var training = new OutOfCoreTraining(sources, plan, progress ?? (static _ => { }), cancellation);
        return BudgetNeeds.Run(sources, plan.Mix, () => RowForms.Run(sources, () => training.Run(memory)));
    }

    public void Dispose() => _workingSet.Dispose();

    private TrainingResult Run(ResidentMemory memory)
    {
        long start = Stopwatch.GetTimestamp();
        DataForm form = DataForm.Of(_sources, _plan.Label, _plan.Features, _cancellation);
        var classes = new ClassCounter { LabelsName = form.Label };
        var standardiser = new Standardiser { FeaturesName = form.Features };
        Survey(form, classes, standardiser, out long trainingRows);
        TimeSpan surveyed = Stopwatch.GetElapsedTime(start);

        SavedModel? saved = _plan.SavePath is { } path ? new SavedModel(path, form, _plan.Trainer, standardiser.Features, classes.Classes) : null;
        using ITrainer trainer = _plan.Trainer.Create(form, standardiser.Features, classes.Classes, _plan.Mix.Seed);
        start = Stopwatch.GetTimestamp();
        (long learned, PrefetchCounters prefetch) = Learn(form, trainer, standardiser, trainingRows);
        TimeSpan duration = Stopwatch.GetElapsedTime(start);

        double right = 0;
        long heldOut = 0;
        Pass("held-out rows", Batches(HeldOut(RowOrder.InOrder), null, form).Tap(standardiser.Transform), classes.Rows - trainingRows, batch =>
        {
            int rows = (int)batch.Length!.Value; // batches have an axis
            right += Math.Round(trainer.Score(batch) * rows);
            heldOut += rows;
        });
        saved?.Write(trainer, standardiser);
        return new TrainingResult(
            right / heldOut, heldOut, trainingRows, classes.Classes, Empty(classes), standardiser.Features, _sources.Count, form.LengthInBytes, _plan.Epochs, learned,
            learned / duration.TotalSeconds, surveyed.TotalSeconds, duration.TotalSeconds,
            memory.Start, memory.Peak, _budget.LimitInBytes, _budget.PeakInBytes, prefetch, saved?.Said);
    }

    // Classes are counted over all rows: one that is only among those held out is a class, too. Means are the training rows' alone.
    private void Survey(DataForm form, ClassCounter classes, Standardiser standardiser, out long trainingRows)
    {
        long expected = Math.Max(1, (long)(form.Rows * (1 - _plan.HeldOut)));
        Pass("first pass", Batches(Training(RowOrder.InOrder), null, form), expected, batch =>
        {
            classes.PartialFit(batch);
            Standardise(batch);
        });
        trainingRows = classes.Rows;
        Pass("first pass, rows held out", Batches(HeldOut(RowOrder.InOrder), null, form), Math.Max(1, form.Rows - expected), batch =>
        {
            classes.PartialFit(batch);
            if (!float.IsFinite(TensorPrimitives.SumOfMagnitudes(batch[form.Features].Span<float>())) && FirstNotFinite(form) is { } found)
            {
                throw new DataException(found.Source, found.Row, found.Reason);
            }
        });
        if (trainingRows == 0 || classes.Rows == trainingRows)
        {
            throw new PescadorException(
                $"Of {form.Rows} rows in {_sources.Count} files {classes.Rows - trainingRows} are held out and {trainingRows} are left to learn from; "
                + "both must be some. Choose another --holdout.");
        }

        if (standardiser.Features == 0)
        {
            throw new PescadorException($"The rows of tensor '{form.Features}' have no features; there is nothing to learn from.");
        }

        void Standardise(Sample batch)
        {
            try
            {
                standardiser.PartialFit(batch);
            }
            catch (DataException error) when (FirstNotFinite(form) is { } found)
            {
                throw new DataException(found.Source, found.Row, found.Reason, error);
            }
        }

        if (classes.Classes - Empty(classes) < 2)
        {
            throw new PescadorException($"All {classes.Rows} labels of tensor '{form.Label}' are {classes.Classes - 1}; there is nothing to tell apart.");
        }
    }

    // A batch does not know where its rows are from: each file is looked through.
    private BadSample? FirstNotFinite(DataForm form)
    {
        foreach (Source source in _sources)
        {
            long row = 0;
            foreach (Sample next in source.Rows(RowOrder.InOrder).Buffer(_plan.Mix.Batch, partial: true).ToFloat32(form.Features).Iterate(cancellationToken: _cancellation))
            {
                using Sample batch = next;
                TensorView features = batch[form.Features];
                int index = features.Span<float>().IndexOfAny(float.NaN, float.PositiveInfinity, float.NegativeInfinity);
                int rows = (int)batch.Length!.Value; // batches have an axis
                if (index >= 0)
                {
                    int width = (int)(features.ElementCount / rows);
                    return new BadSample(source.Path, row + (index / width), string.Create(
                        CultureInfo.InvariantCulture,
                        $"feature {index % width} of tensor '{form.Features}' is {features.Span<float>()[index]}; features must be finite"));
                }

                row += rows;
            }
        }

        return null;
    }

    private static int Empty(ClassCounter classes) => classes.Counts.Count(0);

    private (long Learned, PrefetchCounters Prefetch) Learn(DataForm form, ITrainer trainer, Standardiser standardiser, long rows)
    {
        var watched = new WatchedTrainer(trainer);
        var learner = new StreamLearner(watched);
        Streamer<Sample> batches = Batches(Training(RowOrder.Permuted), _plan.Mix.Rate, form).Tap(standardiser.Transform).Prefetch(_plan.Mix.Prefetch);
        batches = batches.With(budget: _budget, workingSet: _workingSet);
        long learned = 0;
        PrefetchCounters prefetch = default;
        for (int epoch = 1; epoch <= _plan.Epochs; epoch++)
        {
            string stage = $"epoch {epoch} of {_plan.Epochs}";
            long start = Stopwatch.GetTimestamp();
            using ActiveStream<Sample> stream = batches.Open(_cancellation);
            learned += learner.Fit(
                stream,
                progress: done => _progress(new TrainingStep(
                    stage, Math.Min(1, (double)done.Samples / rows), done.Samples / Stopwatch.GetElapsedTime(start).TotalSeconds, watched.Accuracy)),
                cancellationToken: _cancellation).Samples;
            prefetch = prefetch.FollowedBy(stream.Prefetch);
        }

        batches.Trim();
        return (learned, prefetch);
    }

    private void Pass(string stage, Streamer<Sample> batches, long expected, Action<Sample> action)
    {
        long start = Stopwatch.GetTimestamp();
        long rows = 0;
        batches = batches.Prefetch(_plan.Mix.Prefetch).With(budget: _budget, workingSet: _workingSet);
        foreach (Sample next in batches.Iterate(cancellationToken: _cancellation))
        {
            using Sample batch = next;
            action(batch);
            rows += batch.Length ?? 0;
            _progress(new TrainingStep(stage, Math.Min(1, (double)rows / expected), rows / Stopwatch.GetElapsedTime(start).TotalSeconds, null));
            _cancellation.ThrowIfCancellationRequested();
        }

        batches.Trim(); // its slabs count against the budget until then
    }

    private IEnumerable<Streamer<Sample>> Training(RowOrder order) => _parts.Select(part => part.Training.Rows(order));

    private IEnumerable<Streamer<Sample>> HeldOut(RowOrder order) => _parts.Select(part => part.HeldOut.Rows(order));

    private Streamer<Sample> Batches(IEnumerable<Streamer<Sample>> rows, double? rate, DataForm form) =>
        new StochasticMux<Sample>(rows, _plan.Mix.Active, rate, mode: StochasticMode.Exhaustive, seed: _plan.Mix.Seed)
            .Buffer(_plan.Mix.Batch, partial: true)
            .ToFloat32(form.Features);
}
