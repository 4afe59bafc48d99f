using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Pescador.Fast.Torch.Tests;

/// <summary>How often the function is called that gives memory back: a lease would hide a second call, a counter does not.</summary>
[Collection(Alone.Name)]
public sealed unsafe class TorchReleaseTests : IDisposable
{
    private static readonly int[] Calls = new int[2];

    private readonly float* _features = (float*)NativeMemory.AllocZeroed(8, sizeof(float));
    private readonly long* _labels = (long*)NativeMemory.AllocZeroed(2, sizeof(long));

    public TorchReleaseTests()
    {
        Libtorch.Require();
        Array.Clear(Calls);
    }

    public void Dispose()
    {
        NativeMemory.Free(_features);
        NativeMemory.Free(_labels);
    }

    [Fact]
    public void FreeTensor_OfATensor_ReleasesOnce()
    {
        long* shape = stackalloc long[] { 2, 4 };
        TorchMemory memory = Counted(_features, shape, 2, ElementType.Float32, 0);
        Assert.Equal(0, TorchCalls.NewTensor(&memory, out nint tensor));
        Assert.Equal(0, TorchCalls.FreeTensor(tensor));
        Assert.Equal([1, 0], Calls);
    }

    [Theory]
    [InlineData(-1, 0, 4)]
    [InlineData(2, 12, 4)]
    [InlineData(2, 10, 4)]
    public void NewTensor_ThatFails_ReleasesOnce(long rows, int elementType, long width)
    {
        long* shape = stackalloc long[] { rows, width };
        TorchMemory memory = Counted(_features, shape, 2, (ElementType)elementType, 0);
        Assert.NotEqual(0, TorchCalls.NewTensor(&memory, out _));
        Assert.Equal([1, 0], Calls);
    }

    [Theory]
    [InlineData(2, 4, 2, 0, 0)] // learned
    [InlineData(2, 3, 2, 0, 1)] // rows that do not fit the model
    [InlineData(2, 4, 1, 0, 1)] // labels that do not fit the rows
    [InlineData(2, 4, 2, 9, 1)] // a class that there is not
    [InlineData(2, 4, -1, 0, 1)] // labels of which no tensor can be made
    [InlineData(-2, 4, 2, 0, 1)] // rows of which no tensor can be made
    public void Step_HoweverItEnds_ReleasesFeaturesAndLabelsOnce(long rows, long width, long labels, long label, int code)
    {
        using TorchModel model = TorchModel.Linear(4, 3, seed: 1);
        using var trainer = new TorchTrainer(model, TorchOptimizer.Sgd(0.1, momentum: 0.9), TorchLoss.CrossEntropy);
        _labels[0] = label;
        long* shape = stackalloc long[] { rows, width };
        TorchMemory x = Counted(_features, shape, 2, ElementType.Float32, 0);
        TorchMemory y = Counted(_labels, &labels, 1, ElementType.Int64, 1);

        Assert.Equal(code, TorchCalls.Step(trainer, &x, &y, out _, out _));
        Assert.Equal([1, 1], Calls);
        if (code != 0)
        {
            Assert.NotEmpty(TorchCalls.LastMessage());
        }
    }

    [Fact]
    public void Step_WithALossThatIsNotFinite_ReleasesOnceAndLearnsNothing()
    {
        using TorchModel model = TorchModel.Linear(4, 3, seed: 1);
        using var trainer = new TorchTrainer(model, TorchOptimizer.Sgd(0.1), TorchLoss.CrossEntropy);
        _features[5] = float.NaN;
        long* shape = stackalloc long[] { 2, 4 };
        TorchMemory x = Counted(_features, shape, 2, ElementType.Float32, 0);
        TorchMemory y = Counted(_labels, shape, 1, ElementType.Int64, 1);

        Assert.Equal(TorchCalls.Diverged, TorchCalls.Step(trainer, &x, &y, out double loss, out nint computedOn));
        Assert.Equal(double.NaN, loss);
        Assert.Equal((nint)_features, computedOn);
        Assert.Equal([1, 1], Calls);
    }

    private static TorchMemory Counted(void* address, long* shape, int rank, ElementType type, int counter) =>
        new((nint)address, shape, rank, type, (nint)(delegate* unmanaged[Cdecl]<nint, void>)&Count, counter);

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static void Count(nint counter) => Interlocked.Increment(ref Calls[counter]);
}
