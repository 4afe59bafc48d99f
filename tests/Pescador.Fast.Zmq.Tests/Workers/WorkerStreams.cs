using System.Diagnostics;
using System.Globalization;

namespace Pescador.Fast.Zmq.Tests.Workers;

/// <summary>Streams that tests run elsewhere: static methods, as another process calls them.</summary>
internal static class WorkerStreams
{
    internal static readonly SampleSpec Spec = new(TensorSpec.Of<float>("X", 64), TensorSpec.Of<int>("id"), TensorSpec.Of<int>("process"));

    /// <summary>Arguments that JSON carries.</summary>
    /// <param name="Count">How many samples; for ever when negative.</param>
    /// <param name="Batch">Rows of a batch; loose samples when 0.</param>
    /// <param name="FailAt">Which sample throws; none when negative.</param>
    internal sealed record Numbers(int Count, int Batch = 0, int FailAt = -1);

    /// <summary>When a worker dies.</summary>
    /// <param name="Marker">The file by which it knows that it has.</param>
    /// <param name="Before">Before which sample.</param>
    /// <param name="Count">How many samples there are.</param>
    internal sealed record Death(string Marker, int Before, int Count);

    /// <summary>Samples numbered from 0, X drawn by chance.</summary>
    internal static Streamer<Sample> Numbered(Numbers numbers) => Batched(Streamer.Create(Iterate, numbers), numbers);

    /// <summary>Of 0 to the count, those that are this shard's.</summary>
    internal static Streamer<Sample> Sharded(Numbers numbers, WorkerShard shard) =>
        Batched(Streamer.Create(IterateShard, numbers, shard.Index, shard.Count), numbers);

    /// <summary>A mux with state to save.</summary>
    internal static Streamer<Sample> Mixed(Numbers numbers) => Batched(
        new StochasticMux<Sample>(Enumerable.Range(0, 8).Select(_ => Streamer.Create(Iterate, numbers)), 3, 4.0, mode: StochasticMode.SingleActive), numbers);

    /// <summary>Nothing to stream.</summary>
    internal static Streamer<Sample>? Nothing() => null;

    /// <summary>Fails before there is a streamer.</summary>
    internal static Streamer<Sample> Unbuildable() => throw new InvalidDataException("there is nothing to build it of");

    /// <summary>Ends its process with its first sample.</summary>
    internal static Streamer<Sample> Suicidal() => Streamer.Create(static _ => Die());

    /// <summary>Never gives a sample, and does not heed that it is to end.</summary>
    internal static Streamer<Sample> Deaf() => Streamer.Create(static context => BeDeaf(context, Environment.ProcessId));

    /// <summary>Ends its process once, before a sample, or after the last; that it has done so is known by a file.</summary>
    internal static Streamer<Sample> Mortal(Death death) => Streamer.Create(IterateOrDie, death);

    /// <summary>The same, and leaves a process behind that has its standard error and is nobody's child; that one's number is the sample's.</summary>
    internal static Streamer<Sample> DeafWithHeir() => Streamer.Create(static context => BeDeaf(context, StartHeir()));

    /// <summary>Keeps 2,000 samples, and so has a state of half a megabyte.</summary>
    internal static Streamer<Sample> Shuffled(Numbers numbers) => Streamer.Create(Iterate, numbers).Shuffle(2000);

    /// <summary>Workers of a worker.</summary>
    internal static Streamer<Sample> Nested(Numbers numbers) => ZmqStreamer.InProcesses(Numbered, numbers);

    internal static int Id(Sample sample) => sample["id"].Span<int>()[0];

    internal static int ProcessId(Sample sample) => sample["process"].Span<int>()[0];

    private static Streamer<Sample> Batched(Streamer<Sample> rows, Numbers numbers) =>
        numbers.Batch > 0 ? rows.Buffer(numbers.Batch, partial: true) : rows;

    private static IEnumerable<Sample> Iterate(StreamContext context, Numbers numbers) => IterateShard(context, numbers, 0, 1);

    private static IEnumerable<Sample> IterateShard(StreamContext context, Numbers numbers, int first, int step)
    {
        for (int i = first; numbers.Count < 0 || i < numbers.Count; i += step)
        {
            if (i == numbers.FailAt)
            {
                throw new InvalidDataException($"sample {i} is broken");
            }

            Sample sample = context.Rent(Spec);
            foreach (ref float x in sample["X"].Span<float>())
            {
                x = context.Random.NextSingle();
            }

            sample["id"].Span<int>()[0] = i;
            sample["process"].Span<int>()[0] = Environment.ProcessId;
            yield return sample;
        }
    }

    private static IEnumerable<Sample> IterateOrDie(StreamContext context, Death death)
    {
        int i = 0;
        foreach (Sample sample in Iterate(context, new Numbers(death.Count)))
        {
            DieOnce(i++);
            yield return sample;
        }

        DieOnce(i);

        void DieOnce(int number)
        {
            if (number == death.Before && !File.Exists(death.Marker))
            {
                File.WriteAllText(death.Marker, "");
                Process.GetCurrentProcess().Kill();
            }
        }
    }

    private static IEnumerable<Sample> Die()
    {
        Environment.Exit(77);
        yield break;
    }

    private static int StartHeir()
    {
        var command = new ProcessStartInfo("/bin/sh", ["-c", "sleep 300 & echo $!"]) { RedirectStandardOutput = true };
        using Process shell = Process.Start(command) ?? throw new InvalidOperationException("no shell");
        return int.Parse(shell.StandardOutput.ReadLine() ?? "", CultureInfo.InvariantCulture);
    }

    private static IEnumerable<Sample> BeDeaf(StreamContext context, int process)
    {
        Sample sample = context.Rent(Spec);
        sample["process"].Span<int>()[0] = process;
        yield return sample;
        using var never = new ManualResetEvent(false);
        never.WaitOne();
    }
}
