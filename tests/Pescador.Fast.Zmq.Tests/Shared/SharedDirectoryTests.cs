using Microsoft.Win32.SafeHandles;

namespace Pescador.Fast.Zmq.Tests.Shared;

[Collection(AloneTests.Name)] // files and mappings of the process are counted
public sealed class SharedDirectoryTests : IDisposable
{
    private const long Length = 1 << 16;
    private static readonly ZmqLimits Limits = ZmqLimits.Default with { MaxTensors = 4, MaxDimensions = 3, MaxSampleBytes = 1 << 20 };

    private readonly SharedSegment _segment = SharedSegment.Create(Length);
    private readonly SharedDirectory _directory;

    public SharedDirectoryTests()
    {
        _directory = new SharedDirectory(Limits, "peer", _ => { });
    }

    public void Dispose()
    {
        _directory.Close();
        _segment.Dispose();
    }

    private static ControlMessage Message(ControlKind kind, Action<StateWriter> write, SafeFileHandle? file = null)
    {
        var writer = new StateWriter();
        write(writer);
        return new ControlMessage(kind, writer.Written.ToArray(), file);
    }

    private ControlMessage Segment(int number, long length, SafeFileHandle? file) => Message(
        ControlKind.Segment,
        writer =>
        {
            writer.Write(number);
            writer.Write(length);
        },
        file);

    private static ControlMessage Slot(int number, int segment, long offset, long length) => Message(
        ControlKind.Slot,
        writer =>
        {
            writer.Write(number);
            writer.Write(segment);
            writer.Write(offset);
            writer.Write(length);
        });

    private static ControlMessage Form(int number, SampleSpec spec, params long[] offsets) => Message(
        ControlKind.Form,
        writer =>
        {
            writer.Write(number);
            writer.Write(spec);
            foreach (long offset in offsets)
            {
                writer.Write(offset);
            }
        });

    private static ControlMessage Gone(ControlKind kind, int number) => Message(kind, writer => writer.Write(number));

    private static SampleSpec Spec(params nint[] shape) => new(TensorSpec.Of<float>("X", shape));

    private void Describe()
    {
        _directory.Apply(Segment(0, Length, MemoryFiles.Copy(_segment)));
        _directory.Apply(Slot(0, 0, 256, 4096));
        _directory.Apply(Form(0, Spec(16), 64));
    }

    private void Refused(ControlMessage message) => Assert.Throws<ProtocolException>(() => _directory.Apply(message));

    [Fact]
    public void Lend_DescribedSample_LiesThere()
    {
        Describe();
        using Sample sample = _directory.Lend(0, 0);
        sample["X"].Memory.Span[0] = 5;
        Assert.Equal(5f, SharedPairAddress.Read(_segment.Address + 256 + 64));
    }

    [Fact]
    public void Apply_SlotOutsideItsSegment_Refused()
    {
        Describe();
        foreach ((long offset, long length) in new[]
            { (-64L, 64L), (0L, -1L), (0L, Length + 1), (Length, 1L), (64L, long.MaxValue), (long.MaxValue - 63, 64L), (8L, 64L), (long.MinValue, 64L) })
        {
            Refused(Slot(1, 0, offset, length));
        }

        Refused(Slot(0, 0, 0, 64)); // known already
        Refused(Slot(2, 0, 0, 64)); // leaves a gap
        Refused(Slot(-1, 0, 0, 64));
        Refused(Slot(1, 1, 0, 64));
        Refused(Slot(1, -1, 0, 64));
        _directory.Apply(Slot(1, 0, Length, 0));
    }

    [Fact]
    public void Apply_FormPastLimits_Refused()
    {
        Describe();
        Refused(Form(1, Spec(16), 8));
        Refused(Form(1, Spec(16), -64));
        Refused(Form(1, Spec(16), 1 << 20));
        Refused(Form(1, Spec(1 << 19), 0));
        Refused(Form(1, Spec(1, 1, 1, 1), 0));
        Refused(Form(256, Spec(1), 0));
        Refused(Form(-1, Spec(1), 0));
        Refused(Form(1, new SampleSpec(), []));
        Refused(Form(1, Spec(1)));
        Refused(Form(1, Spec(1), 0, 0));
        Refused(Form(1, new SampleSpec([.. Enumerable.Range(0, 5).Select(i => TensorSpec.Of<float>($"t{i}", 1))]), 0, 64, 128, 192, 256));
    }

    [Fact]
    public void Lend_WhatCannotBe_Refused()
    {
        Describe();
        _directory.Apply(Form(1, Spec(1024), 64)); // 64 bytes more than the slot has
        foreach ((int slot, int form) in new[] { (1, 0), (-1, 0), (0, 2), (0, -1), (0, 256), (0, 1), (int.MinValue, 0), (0, int.MaxValue) })
        {
            Assert.Throws<ProtocolException>(() => _directory.Lend(slot, form));
        }

        using Sample sample = _directory.Lend(0, 0);
        Assert.Throws<ProtocolException>(() => _directory.Lend(0, 0));
        Refused(Gone(ControlKind.SlotGone, 0));
    }

    [Fact]
    public void Apply_Endings_OnlyOfWhatThereIs()
    {
        Describe();
        Refused(Gone(ControlKind.SegmentGone, 0));
        Refused(Gone(ControlKind.SlotGone, 1));
        _directory.Lend(0, 0).Dispose();
        _directory.Apply(Gone(ControlKind.SlotGone, 0));
        Refused(Gone(ControlKind.SlotGone, 0));
        _directory.Apply(Gone(ControlKind.SegmentGone, 0));
        Assert.Equal(1, MemoryFiles.Mapped); // the producer's own
    }

    [Fact]
    public void Apply_FileThatIsNoSealedMemoryOfThatLength_Refused()
    {
        Refused(Segment(0, Length, null));
        Refused(Segment(0, Length + 4096, MemoryFiles.Copy(_segment)));
        Refused(Segment(0, Length - 4096, MemoryFiles.Copy(_segment)));
        Refused(Segment(0, 0, MemoryFiles.Copy(_segment)));
        Refused(Segment(0, -1, MemoryFiles.Copy(_segment)));
        Refused(Segment(0, long.MaxValue, MemoryFiles.Copy(_segment)));
        Refused(Segment(0, Length, MemoryFiles.WithoutSeals(Length)));
        Refused(Segment(0, Length, File.OpenHandle("/dev/zero", FileMode.Open, FileAccess.ReadWrite)));
        string path = Path.GetTempFileName();
        File.WriteAllBytes(path, new byte[Length]);
        Refused(Segment(0, Length, File.OpenHandle(path, FileMode.Open, FileAccess.ReadWrite)));
        File.Delete(path);
        Assert.Equal(1, MemoryFiles.Open);
        Assert.Equal(1, MemoryFiles.Mapped);
    }

    [Fact]
    public void Apply_MutatedMessages_OnlyProtocolErrors()
    {
        var random = new Random(20_260_101);
        ControlMessage[] seeds =
        [
            Segment(0, Length, null), Slot(0, 0, 256, 4096), Form(0, Spec(2, 3), 64), Gone(ControlKind.SlotGone, 0), Gone(ControlKind.SegmentGone, 0),
            Form(1, new SampleSpec(TensorSpec.Of<byte>("a", 7), TensorSpec.Of<double>("b")), 0, 64),
        ];
        int applied = 0;
        int refused = 0;
        for (int i = 0; i < 150_000; i++)
        {
            ControlMessage seed = seeds[random.Next(seeds.Length)];
            byte[] body = Mutate(random, seed.Body.ToArray());
            SafeFileHandle? file = seed.Kind == ControlKind.Segment && random.Next(8) == 0 ? MemoryFiles.Copy(_segment) : null;
            try
            {
                _directory.Apply(new ControlMessage(seed.Kind, body, file));
                _directory.Lend(random.Next(3), random.Next(3)).Dispose();
                applied++;
            }
            catch (ProtocolException)
            {
                refused++;
            }
        }

        Assert.True(applied > 100 && refused > 10_000, $"{applied} applied, {refused} refused");
        _directory.Close();
        Assert.Equal(1, MemoryFiles.Open);
        Assert.Equal(1, MemoryFiles.Mapped);
    }

    private static byte[] Mutate(Random random, byte[] body)
    {
        switch (random.Next(6))
        {
            case 0:
                return body;
            case 1:
                return body[..random.Next(body.Length)];
            case 2:
                return [.. body, .. new byte[random.Next(1, 9)]];
            default:
                for (int k = random.Next(1, 4); k > 0; k--)
                {
                    body[random.Next(body.Length)] = random.Next(3) switch { 0 => 0xff, 1 => (byte)(1 << random.Next(8)), _ => (byte)random.Next(256) };
                }

                return body;
        }
    }
}
