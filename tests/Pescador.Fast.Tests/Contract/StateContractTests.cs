namespace Pescador.Fast.Tests.Contract;

/// <summary>Saving and restoring, for every kind of streamer.</summary>
public sealed class StateContractTests
{
    private const int After = 10_000;

    public static TheoryData<TreeCase> EveryTree => [.. Trees.All.Concat(Trees.Batches)];

    [Theory]
    [MemberData(nameof(EveryTree))]
    public void Restore_IntoATreeBuiltAnew_GoesOnBitForBit(TreeCase tree)
    {
        foreach (int taken in (int[])[0, 1, 2, 5, 13, 64])
        {
            using ActiveStream<Sample> stream = tree.Build().Open();
            for (int i = 0; i < taken && stream.MoveNext(); i++)
            {
                stream.Current.Dispose();
            }

            byte[] saved = stream.Save().ToArray();
            using ActiveStream<Sample> restored = tree.Build().Restore(StreamState.FromArray(saved));
            AssertSameRest(stream, restored, taken == 13 ? After : 300);
        }
    }

    [Theory]
    [MemberData(nameof(EveryTree))]
    public void Restore_OfARestoredStream_GoesOnBitForBit(TreeCase tree)
    {
        using ActiveStream<Sample> stream = tree.Build().Open();
        Skip(stream, 9);
        using ActiveStream<Sample> second = tree.Build().Restore(stream.Save());
        Skip(stream, 9);
        Skip(second, 9);
        using ActiveStream<Sample> third = tree.Build().Restore(second.Save());
        AssertSameRest(stream, third, 300);
    }

    [Fact]
    public void Restore_OfAnyOtherTree_SaysWhatDiffers()
    {
        TreeCase[] trees = [.. Trees.All.Concat(Trees.Batches)];
        var states = trees.Select(tree =>
        {
            using ActiveStream<Sample> stream = tree.Build().Open();
            Skip(stream, 3);
            return stream.Save();
        }).ToArray();
        for (int saved = 0; saved < trees.Length; saved++)
        {
            for (int other = 0; other < trees.Length; other++)
            {
                if (saved != other)
                {
                    Streamer<Sample> streamer = trees[other].Build();
                    PescadorException error = Assert.Throws<PescadorException>(() => streamer.Restore(states[saved]));
                    Assert.Contains("another tree", error.Message, StringComparison.Ordinal);
                    Assert.Contains("where this tree has", error.Message, StringComparison.Ordinal);
                    Assert.Equal(0, StreamerContractTests.TotalActive(streamer));
                }
            }
        }
    }

    [Fact]
    public void FromArray_WithAnyByteDamaged_IsRefused()
    {
        using ActiveStream<Sample> stream = Trees.All.Single(tree => tree.Name == "Mux through Shuffle and Cache").Build().Open();
        Skip(stream, 20);
        byte[] saved = stream.Save().ToArray();
        for (int i = 0; i < saved.Length; i++)
        {
            foreach (byte change in (byte[])[0x01, 0x80, 0xFF])
            {
                byte[] damaged = [.. saved];
                damaged[i] ^= change;
                Assert.Throws<PescadorException>(() => StreamState.FromArray(damaged));
            }
        }

        for (int length = 0; length < saved.Length; length += 7)
        {
            Assert.Throws<PescadorException>(() => StreamState.FromArray(saved.AsSpan(0, length)));
        }
    }

    internal static void Skip(ActiveStream<Sample> stream, int count)
    {
        for (int i = 0; i < count && stream.MoveNext(); i++)
        {
            stream.Current.Dispose();
        }
    }

    private static void AssertSameRest(ActiveStream<Sample> expected, ActiveStream<Sample> actual, int count)
    {
        for (int i = 0; i < count; i++)
        {
            bool hasNext = expected.MoveNext();
            Assert.Equal(hasNext, actual.MoveNext());
            if (!hasNext)
            {
                return;
            }

            using Sample left = expected.Current;
            using Sample right = actual.Current;
            if (!AreEqual(left, right))
            {
                Assert.Equal(Trees.Content(left), Trees.Content(right));
            }
        }
    }

    private static bool AreEqual(Sample left, Sample right)
    {
        bool areEqual = left.Spec.Equals(right.Spec);
        for (int i = 0; areEqual && i < left.Count; i++)
        {
            int length = (int)left[i].Spec.LengthInBytes;
            areEqual = left[i].Bytes(0, length).SequenceEqual(right[i].Bytes(0, length));
        }

        return areEqual;
    }
}
