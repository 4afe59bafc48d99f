using System.Diagnostics;

namespace Pescador.Fast.Throughput;

/// <summary>Receives what another process sends.</summary>
internal abstract class TransportContestant : Contestant
{
    private readonly TransportRecipe _recipe;

    private protected TransportContestant(TransportRecipe recipe, ProducerKind kind)
    {
        _recipe = recipe;
        Producer = ProducerProcess.Start(kind, recipe);
    }

    internal override int UnitsPerPiece => _recipe.PerPiece;

    protected ProducerProcess Producer { get; }

    internal override void Run()
    {
        for (int i = _recipe.PerPiece; i > 0; i--)
        {
            Receive();
        }
    }

    // What waited while the other contestant ran did not have to travel.
    internal override void Resume()
    {
        for (int i = _recipe.Backlog; i > 0; i--)
        {
            Receive();
        }
    }

    // All threads', those that receive included.
    internal override long ReadAllocatedBytes() => GC.GetTotalAllocatedBytes(precise: true);

    /// <summary>What the producer allocates per sample.</summary>
    /// <param name="time">How long it is looked at.</param>
    internal double MeasureProducer(TimeSpan time)
    {
        Producer.AskFigures(); // the first time warms up
        ProducerFigures before = Producer.AskFigures();
        for (long start = Stopwatch.GetTimestamp(); Stopwatch.GetElapsedTime(start) < time;)
        {
            Run();
        }

        ProducerFigures after = Producer.AskFigures();
        return (double)(after.AllocatedBytes - before.AllocatedBytes) / (after.Samples - before.Samples);
    }

    /// <summary>Stops receiving, and ends the producer.</summary>
    /// <exception cref="VerificationException">It did not end well.</exception>
    internal void End()
    {
        Close();
        Producer.End();
    }

    /// <summary>Receives the next sample, checks it and gives it back.</summary>
    protected abstract void Receive();

    /// <summary>Stops receiving; once or more.</summary>
    protected abstract void Close();

    public override void Dispose()
    {
        try
        {
            Close();
        }
        finally
        {
            Producer.Dispose();
        }
    }
}
