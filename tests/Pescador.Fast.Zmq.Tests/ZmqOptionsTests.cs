namespace Pescador.Fast.Zmq.Tests;

/// <summary>What options may be: what is let in here must not fail on a thread that nobody looks at.</summary>
public sealed class ZmqOptionsTests
{
    private static readonly TimeSpan TooLong = TimeSpan.FromDays(25);

    public static TheoryData<string, ZmqOptions> Wrong => new()
    {
        { "Depth", new() { Depth = 0 } },
        { "Depth", new() { Depth = int.MaxValue } },
        { "Timeout", new() { Timeout = Timeout.InfiniteTimeSpan } },
        { "Timeout", new() { Timeout = TimeSpan.MaxValue } },
        { "ReconnectTimeout", new() { ReconnectTimeout = TooLong } },
        { "ReconnectDelay", new() { ReconnectDelay = TimeSpan.Zero } },
        { "LongestReconnectDelay", new() { LongestReconnectDelay = TooLong } },
        { "LongestReconnectDelay", new() { LongestReconnectDelay = TimeSpan.FromMilliseconds(1) } },
        { "HandshakeTimeout", new() { HandshakeTimeout = TimeSpan.MaxValue } },
        { "HeartbeatInterval", new() { HeartbeatInterval = TooLong, HeartbeatTimeout = TooLong } },
        { "HeartbeatTimeout", new() { HeartbeatTimeout = TooLong } },
        { "HeartbeatTimeout", new() { HeartbeatTimeout = TimeSpan.FromSeconds(1) } },
        { "MaxTries", new() { MaxTries = 0 } },
        { "MaxSampleBytes", new() { Limits = new() { MaxSampleBytes = 0 } } },
        { "MaxHeaderBytes", new() { Limits = new() { MaxHeaderBytes = 511 } } },
        { "MaxTensors", new() { Limits = new() { MaxTensors = 0 } } },
        { "MaxDimensions", new() { Limits = new() { MaxDimensions = -1 } } },
        { "MaxStateBytes", new() { Limits = new() { MaxStateBytes = -1 } } },
        { "MaxCommandBytes", new() { Limits = new() { MaxCommandBytes = 511 } } },
        { "MaxPeers", new() { Limits = new() { MaxPeers = 0 } } },
    };

    [Theory]
    [MemberData(nameof(Wrong))]
    public void Bind_WithAnOptionOutOfItsRange_IsRefused(string name, ZmqOptions options) =>
        Assert.Equal(name, Assert.Throws<ArgumentOutOfRangeException>(() => ZmqStreamer.Bind("tcp://127.0.0.1:0", options: options)).ParamName);
}
