using Pescador.Fast.Cli.Running;

namespace Pescador.Fast.Cli.Streaming;

/// <summary>The stream that was asked for: batches of many files, under a budget. Whoever made it disposes it.</summary>
internal sealed class MixedSources : IDisposable
{
    private readonly IReadOnlyList<Source> _sources;
    private readonly StreamPlan _plan;
    private readonly StreamTally[] _tallies;

    /// <summary>A stream that has not begun.</summary>
    /// <exception cref="PescadorException">Sources, weights and mode do not go together.</exception>
    internal MixedSources(IReadOnlyList<Source> sources, StreamPlan plan)
    {
        (_sources, _plan) = (sources, plan);
        _tallies = [.. sources.Select(static _ => new StreamTally())];
        Budget = new MemoryBudget(plan.Mix.BudgetInBytes);
        MuxWeights? weights = plan.Weights;

        // Counted in any case: what is drawn must not depend on whether somebody wants a picture. docs/decisions.md has the cost.
        var mux = new StochasticMux<Sample>(
            sources.Select((source, i) => source.Rows(plan.Order).Tally(_tallies[i])),
            plan.Mix.Active,
            plan.Rate,
            weights,
            plan.Mode,
            seed: plan.Mix.Seed);
        Streamer<Sample> rows = plan.MaxSkipped > 0 ? mux.SkipBad(plan.MaxSkipped) : mux;
        Batches = rows.Buffer(plan.Mix.Batch, partial: true).Prefetch(plan.Mix.Prefetch).With(budget: Budget, workingSet: WorkingSet);
    }

    /// <summary>What each source has given, in their order.</summary>
    internal IReadOnlyList<StreamTally> Tallies => _tallies;

    internal MemoryBudget Budget { get; }

    internal WorkingSet WorkingSet { get; } = new();

    internal Streamer<Sample> Batches { get; }

    /// <summary>Runs work that streams them; its errors say what budget would do, and which files differ in form.</summary>
    internal T Run<T>(Func<T> work) => BudgetNeeds.Run(_sources, _plan.Mix, () => RowForms.Run(_sources, work));

    public void Dispose() => WorkingSet.Dispose();
}
