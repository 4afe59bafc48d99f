using System.Diagnostics;

namespace Pescador.Fast.Throughput;

/// <summary>Receives what another process sends.</summary>
internal abstract class TransportContestant(TransportRecipe recipe, ProducerProcess producer) : Contestant
{
    internal override int UnitsPerPiece => recipe.PerPiece;

    internal override void Run()
    {
        for (int i = recipe.PerPiece; i > 0; i--)
        {
            Receive();
        }
    }

    // What waited while the other contestant ran did not have to travel.
    internal override void Resume()
    {
        for (int i = recipe.Backlog; i > 0; i--)
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
        producer.AskFigures(); // the first time warms up
        ProducerFigures before = producer.AskFigures();
        for (long start = Stopwatch.GetTimestamp(); Stopwatch.GetElapsedTime(start) < time;)
        {
            Run();
        }

        ProducerFigures after = producer.AskFigures();
        return (double)(after.AllocatedBytes - before.AllocatedBytes) / (after.Samples - before.Samples);
    }

    /// <summary>Receives the next sample, checks it and gives it back.</summary>
    protected abstract void Receive();
}
