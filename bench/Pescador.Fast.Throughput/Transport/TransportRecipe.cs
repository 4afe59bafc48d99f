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

    /// <summary>Measures and verifies it against libzmq.</summary>
    internal Outcome ReportAgainstLibzmq(Measure measure)
    {
        if (!Libzmq.IsThere)
        {
            return Report(measure, null).Add("reference_missing", $"install {Libzmq.Package}");
        }

        using var reference = new LibzmqContestant(this);
        return Report(measure, reference, "libzmq");
    }

    /// <summary>Measures and verifies it against another scheme, with the same writing and reading.</summary>
    internal Outcome ReportAgainst(string scheme, Measure measure)
    {
        using var reference = new StreamContestant(this with { Scheme = scheme });
        return Report(measure, reference, $"zmq-{scheme}, the same written and read");
    }

    /// <summary>Measures and verifies it alone.</summary>
    internal Outcome Report(Measure measure) => Report(measure, null);

    private Outcome Report(Measure measure, TransportContestant? reference, string name = "")
    {
        using var subject = new StreamContestant(this);
        Rounds rounds = measure.Of(subject, reference);
        double producerAllocates = subject.MeasureProducer(measure.Time / 5);
        PrefetchCounters counters = subject.Counters;
        subject.End();
        reference?.End();
        Outcome outcome = new Outcome()
            .Add(Filling == Filling.OneLine ? "slots_per_second" : "samples_per_second", rounds.Of(static rate => rate));
        if (Filling != Filling.OneLine)
        {
            outcome.Add("gigabytes_per_second", rounds.Of(rate => rate * LengthInBytes / 1e9));
        }

        outcome
            .Add("allocated_bytes_per_sample", rounds.AllocatedBytesPerUnit)
            .Add("producer_allocated_bytes_per_sample", producerAllocates);
        if (reference is not null)
        {
            outcome
                .Add("reference", name)
                .Add("reference_gigabytes_per_second", rounds.OfReference(rate => rate * LengthInBytes / 1e9))
                .Add("ratio", rounds.Ratio);
        }

        return outcome
            .Add("consumer_wait_share", counters.ConsumerWait / counters.Elapsed)
            .AddConduct(rounds);
    }
}
