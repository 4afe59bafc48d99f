using System.Runtime.CompilerServices;

namespace Pescador.Fast.Tests;

public sealed class SampleLifetimeTests : IDisposable
{
    private static readonly SampleSpec Spec = new(TensorSpec.Of<float>("X", 4), TensorSpec.Of<byte>("Y"));

    private readonly SlabPool _pool = new(Spec, 1);

    public static TheoryData<string, Action<Sample>> SampleUses { get; } = new()
    {
        { "Spec", sample => _ = sample.Spec },
        { "Count", sample => _ = sample.Count },
        { "Length", sample => _ = sample.Length },
        { "by name", sample => _ = sample["X"] },
        { "by place", sample => _ = sample[0] },
    };

    public static TheoryData<string, Action<TensorView>> ViewUses { get; } = new()
    {
        { "Spec", view => _ = view.Spec },
        { "Name", view => _ = view.Name },
        { "ElementType", view => _ = view.ElementType },
        { "Shape", view => _ = view.Shape },
        { "ElementCount", view => _ = view.ElementCount },
        { "Memory", view => _ = view.Memory },
        { "As", view => _ = view.As<float>() },
        { "Part", view => _ = view.Part<float>(0, 1) },
        { "Span", view => _ = view.Span<float>() },
        { "SpanPart", view => _ = view.SpanPart<float>(0, 1) },
        { "AsTensorSpan", view => _ = view.AsTensorSpan<float>() },
        { "Rows", view => _ = view.Rows },
        { "AsSpan2D", view => _ = view.AsSpan2D<float>() },
        { "Item", view => _ = view.Item<float>() },
        { "Pin", view => view.Pin().Dispose() },
    };

    public void Dispose()
    {
        Assert.Equal(0, _pool.Counters.Outstanding);
        _pool.Dispose();
    }

    [Theory]
    [MemberData(nameof(SampleUses), DisableDiscoveryEnumeration = true)]
    public void Sample_DisposedThroughACopy_Throws(string member, Action<Sample> use)
    {
        Sample sample = Rent();
        Sample copy = sample;
        copy.Dispose();

        ObjectDisposedException error = Assert.Throws<ObjectDisposedException>(() => use(sample));

        Assert.Contains("The sample was disposed", error.Message, StringComparison.Ordinal);
        Assert.True(sample.IsDisposed, member);
        Assert.Throws<ObjectDisposedException>(() => use(copy));
    }

    [Theory]
    [MemberData(nameof(SampleUses), DisableDiscoveryEnumeration = true)]
    public void Sample_StaleCopyOfLentAnew_Throws(string member, Action<Sample> use)
    {
        Sample stale = Rent();
        stale.Dispose();
        using Sample successor = Rent();

        Assert.Throws<ObjectDisposedException>(() => use(stale));
        Assert.False(successor.IsDisposed, member);
    }

    [Theory]
    [MemberData(nameof(SampleUses), DisableDiscoveryEnumeration = true)]
    public void Sample_Default_SaysSo(string member, Action<Sample> use)
    {
        InvalidOperationException error = Assert.Throws<InvalidOperationException>(() => use(default));

        Assert.Contains("default(Sample) is no sample", error.Message, StringComparison.Ordinal);
        Assert.NotEmpty(member);
    }

    [Theory]
    [MemberData(nameof(ViewUses), DisableDiscoveryEnumeration = true)]
    public void View_SampleDisposed_Throws(string member, Action<TensorView> use)
    {
        Sample sample = Rent();
        TensorView view = sample["X"];
        sample.Dispose();

        Assert.Throws<ObjectDisposedException>(() => use(view));
        Assert.NotEmpty(member);
    }

    [Theory]
    [MemberData(nameof(ViewUses), DisableDiscoveryEnumeration = true)]
    public void View_OfLentAnew_Throws(string member, Action<TensorView> use)
    {
        Sample sample = Rent();
        TensorView view = sample["X"];
        sample.Dispose();
        using Sample successor = Rent();

        Assert.Throws<ObjectDisposedException>(() => use(view));
        Assert.NotEmpty(member);
    }

    [Theory]
    [MemberData(nameof(ViewUses), DisableDiscoveryEnumeration = true)]
    public void View_Default_SaysSo(string member, Action<TensorView> use)
    {
        InvalidOperationException error = Assert.Throws<InvalidOperationException>(() => use(default));

        Assert.Contains("default(TensorView) is no tensor", error.Message, StringComparison.Ordinal);
        Assert.NotEmpty(member);
    }

    [Fact]
    public void Dispose_OfDefault_DoesNothing()
    {
        default(Sample).Dispose();

        Assert.True(default(Sample).IsDefault);
        Assert.False(default(Sample).IsDisposed);
    }

    [Fact]
    public void Dispose_TwiceThroughCopies_ReturnsOnce()
    {
        Sample sample = Rent();
        Sample copy = sample;
        sample.Dispose();
        copy.Dispose();
        sample.Dispose();

        Assert.Equal(1, _pool.Counters.Returned);
    }

    [Fact]
    public void Dispose_OfStaleCopy_LeavesSuccessorAlone()
    {
        Sample stale = Rent();
        stale.Dispose();
        using Sample successor = Rent();
        stale.Dispose();

        Assert.False(successor.IsDisposed);
        Assert.Equal(1, _pool.Counters.Outstanding);
        Assert.NotEqual(stale, successor);
    }

    [Fact]
    public void Dispose_ByManyThreadsAtOnce_ReturnsOnce()
    {
        for (int round = 1; round <= 200; round++)
        {
            Sample sample = Rent();
            Elsewhere.AtOnce(sample.Dispose, sample.Dispose);
            Assert.Equal(round, _pool.Counters.Returned);
        }
    }

    [Fact]
    public void Memory_TakenBefore_ShowsTheSlabUntilItIsReleased()
    {
        Sample sample = Rent();
        Memory<float> memory = sample["X"].Memory;
        sample.Dispose();
        using (Sample successor = Rent())
        {
            successor["X"].Span<float>()[0] = 3;
            Assert.Equal(3, memory.Span[0]);
        }

        _pool.Dispose();

        Assert.Throws<ObjectDisposedException>(() => memory.Span[0]);
        Assert.Throws<ObjectDisposedException>(() => memory.Pin());
    }

    [Fact]
    public void ToString_EachState_SaysIt()
    {
        Sample sample = Rent();
        Assert.Equal("{X float32[4], Y uint8[]}", sample.ToString());
        sample.Dispose();
        Assert.Equal("(disposed)", sample.ToString());
        Assert.Equal("(default)", default(Sample).ToString());
    }

    [Fact]
    public void Indexer_MissingKey_NamesItAndThoseThereAre()
    {
        using Sample sample = Rent();

        KeyNotFoundException error = Assert.Throws<KeyNotFoundException>(() => sample["Z"]);

        Assert.Equal("There is no tensor 'Z'; there are [X, Y].", error.Message);
    }

    [Fact]
    public void Indexer_NullKey_IsRefused()
    {
        using Sample sample = Rent();

        Assert.Throws<ArgumentNullException>(() => sample[null!]);
    }

    [Fact]
    public void Indexer_NameBuiltAtRunTime_IsFound()
    {
        using Sample sample = Rent();

        Assert.Equal("Y", sample[new string('Y', 1)].Name);
    }

    [Theory]
    [InlineData(-1)]
    [InlineData(2)]
    public void Indexer_PlaceOutside_IsRefused(int index)
    {
        using Sample sample = Rent();

        Assert.Throws<ArgumentOutOfRangeException>(() => sample[index]);
    }

    [Fact]
    public void As_OtherElementType_NamesBoth()
    {
        using Sample sample = Rent();

        InvalidOperationException error = Assert.Throws<InvalidOperationException>(() => sample["Y"].Memory);

        Assert.Equal("Tensor 'Y uint8[]' was asked for as float32.", error.Message);
    }

    [Fact]
    public void As_NoElementType_IsNotSupported()
    {
        using Sample sample = Rent();

        Assert.Throws<NotSupportedException>(() => sample["X"].As<Guid>());
    }

    [Theory]
    [InlineData(-1, 1)]
    [InlineData(0, -1)]
    [InlineData(0, 5)]
    [InlineData(4, 1)]
    [InlineData(5, 0)]
    public void Part_Outside_IsRefused(int start, int length)
    {
        using Sample sample = Rent();

        Assert.Throws<ArgumentOutOfRangeException>(() => sample["X"].Part<float>(start, length));
        Assert.Throws<ArgumentOutOfRangeException>(() => sample["X"].SpanPart<float>(start, length).Length);
    }

    [Fact]
    public void Sample_Size_IsSixteenBytes() => Assert.Equal(16, Unsafe.SizeOf<Sample>());

    private Sample Rent()
    {
        Assert.True(_pool.TryRent(out Sample sample));
        return sample;
    }
}
