using Pescador.Fast.Zmq.Tests.Libzmq;

namespace Pescador.Fast.Throughput;

/// <summary>What travels how.</summary>
/// <param name="Scheme">tcp, ipc, or shm.</param>
/// <param name="LengthInBytes">Of each sample.</param>
/// <param name="Filling">What is written and read of it.</param>
internal sealed record TransportRecipe(string Scheme, long LengthInBytes, Filling Filling = Filling.Once)
{
    private const long WaitingBytes = 32 << 20;
    private const long PieceInBytes = 64 << 20;
    private const int MostPerPiece = 8192;
    private const long KernelBytes = 16 << 20; // more than sockets hold

    /// <summary>How many samples may wait at an end: libzmq's queues, and our slabs.</summary>
    internal int Depth => (int)Math.Clamp(WaitingBytes / LengthInBytes, 4, 256);

    /// <summary>Samples in a piece of measuring: so many that reading all threads' allocations, which stops them, takes no time in comparison.</summary>
    internal int PerPiece => (int)Math.Clamp(PieceInBytes / LengthInBytes, 2, MostPerPiece);

    /// <summary>More samples than can be on their way.</summary>
    internal int Backlog => (2 * Depth) + (Scheme == "shm" ? 0 : (int)Math.Min(KernelBytes / LengthInBytes, MostPerPiece));

    /// <summary>Measures and verifies it: over sockets against libzmq, in shared memory against sockets with the same written and read.</summary>
    internal Outcome Report(Measure measure)
    {
        using ProducerProcess producer = ProducerProcess.Start(ProducerKind.Streamer, this);
        if (Filling == Filling.OneLine)
        {
            return Report(measure, producer);
        }

        TransportRecipe other = Scheme == "shm" ? this with { Scheme = "ipc" } : this;
        ProducerKind kind = Scheme == "shm" ? ProducerKind.Streamer : ProducerKind.Libzmq;
        if (kind == ProducerKind.Libzmq && !LibZmq.IsThere)
        {
            return Report(measure, producer).Add("reference_missing", "install libzmq5");
        }

        using ProducerProcess otherProducer = ProducerProcess.Start(kind, other);
        return Report(measure, producer, other, kind, otherProducer);
    }

    private Outcome Report(Measure measure, ProducerProcess producer)
    {
        Outcome outcome;
        using (var subject = new StreamContestant(this, producer))
        {
            outcome = Describe(measure.Of(subject), subject, measure.Time);
        }

        producer.End();
        return outcome;
    }

    private Outcome Report(Measure measure, ProducerProcess producer, TransportRecipe other, ProducerKind kind, ProducerProcess otherProducer)
    {
        Outcome outcome;
        using (TransportContestant reference = kind == ProducerKind.Libzmq ? new LibzmqContestant(other, otherProducer) : new StreamContestant(other, otherProducer))
        using (var subject = new StreamContestant(this, producer))
        {
            Rounds rounds = measure.Of(subject, reference);
            outcome = Describe(rounds, subject, measure.Time)
                .Add("reference", kind == ProducerKind.Libzmq ? "libzmq" : $"zmq-{other.Scheme}, written and read alike")
                .Add("reference_gigabytes_per_second", rounds.OfReference(GigabytesAt))
                .Add("ratio", rounds.Ratio);
        }

        producer.End();
        otherProducer.End();
        return outcome;
    }

    private Outcome Describe(Rounds rounds, StreamContestant subject, TimeSpan time)
    {
        var outcome = new Outcome();
        if (Filling == Filling.OneLine)
        {
            outcome.Add("slots_per_second", rounds.Of(static rate => rate));
        }
        else
        {
            outcome.Add("samples_per_second", rounds.Of(static rate => rate)).Add("gigabytes_per_second", rounds.Of(GigabytesAt));
        }

        return outcome
            .Add("allocated_bytes_per_sample", rounds.AllocatedBytesPerUnit)
            .Add("producer_allocated_bytes_per_sample", subject.MeasureProducer(time / 5))
            .Add("depth", Depth)
            .AddConduct(rounds);
    }

    private double GigabytesAt(double rate) => rate * LengthInBytes / 1e9;
}
