namespace Pescador.Fast.Zmq.Tests.Workers;

/// <summary>Reads streams to compare them.</summary>
internal static class Reading
{
    /// <summary>What each sample holds, as text: its form and a hash of its bytes, without which process made it.</summary>
    internal static List<string> Take(ActiveStream<Sample> stream, int most)
    {
        var read = new List<string>();
        while (read.Count < most && stream.MoveNext())
        {
            using Sample sample = stream.Current;
            read.Add(Describe(sample));
        }

        return read;
    }

    internal static List<string> Take(Streamer<Sample> streamer, int most)
    {
        using ActiveStream<Sample> stream = streamer.Open(TestContext.Current.CancellationToken);
        return Take(stream, most);
    }

    internal static string Describe(Sample sample)
    {
        var hash = default(HashCode);
        var names = new List<string>();
        foreach (TensorSpec tensor in sample.Spec.Tensors.ToArray().OrderBy(static tensor => tensor.Name, StringComparer.Ordinal))
        {
            names.Add(tensor.ToString());
            if (tensor.Name != "process")
            {
                hash.AddBytes(sample[tensor.Name].Bytes(0, (int)tensor.LengthInBytes));
            }
        }

        return $"{string.Join(", ", names)}: {hash.ToHashCode():x8}";
    }

    /// <summary>Whether each tensor begins on 64 bytes.</summary>
    internal static unsafe bool IsAligned(Sample sample)
    {
        for (int i = 0; i < sample.Count; i++)
        {
            ref byte first = ref sample[i].FirstByte;

            // Invariant: received samples lie in native memory, which does not move.
            nint address = (nint)System.Runtime.CompilerServices.Unsafe.AsPointer(ref first);
            if (address % 64 != 0)
            {
                return false;
            }
        }

        return true;
    }
}
