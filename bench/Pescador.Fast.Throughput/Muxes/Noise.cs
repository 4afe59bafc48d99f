namespace Pescador.Fast.Throughput;

/// <summary>The iterator method of the workloads: what a user writes.</summary>
internal static class Noise
{
    internal const float Sigma = 0.01f;

    /// <summary>Rented samples of which only the code of a random row, a noisy element and Y are written: what a mux costs around an
    /// iterator, without what filling a sample costs.</summary>
    internal static IEnumerable<Sample> Marked(StreamContext context, RowTable table, float sigma)
    {
        while (true)
        {
            Sample sample = context.Rent(table.Spec);
            int row = context.Random.Next(table.Count);
            Span<float> x = sample["X"].Span<float>();
            x[0] = table.FirstCode + row;
            x[^1] = sigma * (context.Random.NextSingle() - 0.5f);
            sample["Y"].Span<float>()[0] = table.FirstCode + row;
            yield return sample;
        }
    }

    /// <summary>Random rows of a table, one element with noise, in rented memory.</summary>
    internal static IEnumerable<Sample> Noisy(StreamContext context, RowTable table, float sigma)
    {
        while (true)
        {
            Sample sample = context.Rent(table.Spec);
            int row = context.Random.Next(table.Count);
            Span<float> x = sample["X"].Span<float>();
            table.XOf(row).CopyTo(x);
            x[^1] += sigma * (context.Random.NextSingle() - 0.5f);
            sample["Y"].Span<float>()[0] = table.Y[row];
            yield return sample;
        }
    }

    /// <summary>The same without noise: a copy of the row.</summary>
    internal static IEnumerable<Sample> Copies(StreamContext context, RowTable table)
    {
        while (true)
        {
            Sample sample = context.Rent(table.Spec);
            int row = context.Random.Next(table.Count);
            table.XOf(row).CopyTo(sample["X"].Span<float>());
            sample["Y"].Span<float>()[0] = table.Y[row];
            yield return sample;
        }
    }
}
