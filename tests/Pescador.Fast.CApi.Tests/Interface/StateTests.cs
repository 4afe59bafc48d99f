using Pescador.Fast.CApi.Tests.Support;

namespace Pescador.Fast.CApi.Tests.Interface;

[Collection(ProcessWide.Name)]
public sealed class StateTests : IDisposable
{
    private readonly DataFolder _data = DataFolder.OfRows();
    private readonly Balance _before = Balance.Now;

    public void Dispose()
    {
        Assert.Equal(_before, Balance.Now);
        _data.Dispose();
    }

    [Theory]
    [InlineData("""{"kind": "stochastic", "mode": "exhaustive", "active": 2, "rate": 30}""", "")]
    [InlineData("""{"kind": "stochastic", "mode": "single_active", "active": 2, "rate": 5, "weights": [1, 2, 3]}""", "")]
    [InlineData("""{"kind": "stochastic", "mode": "with-replacement", "active": 5}""", "")]
    [InlineData("""{"kind": "shuffled", "weights": [3, 2, 1]}""", ", \"float32\": \"Y\"")]
    [InlineData("""{"kind": "round_robin", "mode": "permuted_cycle"}""", ", \"rows\": \"permuted\"")]
    [InlineData("""{"kind": "round_robin"}""", ", \"epochs\": 3, \"epoch\": 4")]
    [InlineData("""{"kind": "chain", "mode": "cycle"}""", ", \"rows\": \"in_order\"")]
    [InlineData("""{"kind": "chain"}""", ", \"epochs\": 0, \"held_out\": 0.3, \"skip_bad\": 2")]
    public void Save_InTheMiddle_GoesOnAsTheUnbrokenRun(string mux, string more)
    {
        string json = $$"""{"files": ["{{_data.Path}}"], "batch": 7, "mux": {{mux}}{{more}}}""";
        ulong stream = Api.Open(json);
        _ = Api.Drain(stream, 3);
        byte[] state = Api.Save(stream);
        Assert.Equal(state, Api.Save(stream));
        List<float> expected = Api.Drain(stream, 20);
        Api.Close(stream);
        Assert.NotEmpty(expected);

        ulong resumed = Api.Open(json, state);
        Assert.Equal(expected, Api.Drain(resumed, 20));
        Api.Close(resumed);
    }

    [Fact]
    public void Open_WithAStateOfAnotherStream_SaysWhatDiffers()
    {
        ulong stream = Api.Open(_data.Json());
        _ = Api.Drain(stream, 1);
        byte[] state = Api.Save(stream);
        Api.Close(stream);
        (int code, string error) = Api.OpenWrong(_data.Json(", \"seed\": 2"), state);
        Assert.Equal(-5, code);
        Assert.Contains("The state is of another tree", error, StringComparison.Ordinal);
    }

    [Fact]
    public void Open_WithADamagedState_IsAnErrorWhereverTheDamageIs()
    {
        ulong stream = Api.Open(_data.Json());
        _ = Api.Drain(stream, 3);
        byte[] state = Api.Save(stream);
        Api.Close(stream);
        for (int i = 0; i < state.Length; i++)
        {
            state[i] ^= 0x10;
            Assert.Equal(-5, Api.OpenWrong(_data.Json(), state).Code);
            state[i] ^= 0x10;
            Assert.Equal(-5, Api.OpenWrong(_data.Json(), state.AsSpan(0, Math.Max(1, i))).Code);
        }
    }

    [Fact]
    public void Epochs_OfAStreamThatEnds_AreSoManyPassesInDifferentOrders()
    {
        ulong stream = Api.Open($$"""{"files": "{{_data.Path}}", "mux": {"mode": "exhaustive"}, "epochs": 3, "batch": 50}""");
        float[][] passes = [.. Api.Drain(stream).Chunk(150)];
        Api.Close(stream);
        Assert.Equal(3, passes.Length);
        Assert.All(passes, static pass => Assert.Equal(Enumerable.Range(0, 150).Select(static i => (float)i), pass.Order()));
        Assert.NotEqual(passes[0], passes[1]);
    }

    [Fact]
    public void Epoch_OfOneSeed_GivesAnotherOrderAndTheSameAgain()
    {
        List<float>[] runs = [.. new[] { 0, 1, 1 }.Select(epoch =>
        {
            ulong stream = Api.Open($$"""{"files": "{{_data.Path}}", "mux": {"mode": "exhaustive"}, "epoch": {{epoch}}}""");
            List<float> rows = Api.Drain(stream);
            Api.Close(stream);
            return rows;
        })];
        Assert.NotEqual(runs[0], runs[1]);
        Assert.Equal(runs[1], runs[2]);
    }

    [Fact]
    public void HeldOut_OfAnySeed_IsTheRestOfTheTrainingPart()
    {
        List<float> training = Part("training", seed: 1);
        List<float> heldOut = Part("held_out", seed: 2);
        Assert.Equal((120, 30), (training.Count, heldOut.Count));
        Assert.Equal(150, training.Concat(heldOut).Distinct().Count());

        List<float> Part(string part, int seed)
        {
            ulong stream = Api.Open($$"""{"files": "{{_data.Path}}", "mux": {"mode": "exhaustive"}, "held_out": 0.2, "part": "{{part}}", "seed": {{seed}}}""");
            List<float> rows = Api.Drain(stream);
            Api.Close(stream);
            return rows;
        }
    }
}
