namespace Pescador.Fast.Zmq.Tests.Zmtp;

public sealed class EndpointTests
{
    [Theory]
    [InlineData("tcp://host.example:5555", "Tcp", "host.example", 5555, 5555)]
    [InlineData("tcp://127.0.0.1:5000-5100", "Tcp", "127.0.0.1", 5000, 5100)]
    [InlineData("tcp://*:0", "Tcp", "*", 0, 0)]
    [InlineData("tcp://*:*", "Tcp", "*", 0, 0)]
    [InlineData("tcp://:65535", "Tcp", "127.0.0.1", 65535, 65535)]
    [InlineData("tcp://[::1]:80", "Tcp", "::1", 80, 80)]
    [InlineData("ipc:///tmp/a b", "Ipc", "/tmp/a b", 0, 0)]
    [InlineData("ipc://@abstract", "Ipc", "@abstract", 0, 0)]
    [InlineData("ipc://relative/path", "Ipc", "relative/path", 0, 0)]
    [InlineData("inproc://a name", "Inproc", "a name", 0, 0)]
    [InlineData("shm:///run/control", "Shm", "/run/control", 0, 0)]
    public void Parse_KnownForm_IsReadAndWrittenBack(string text, string scheme, string address, int first, int last)
    {
        ZmqEndpoint endpoint = ZmqEndpoint.Parse(text);
        Assert.Equal(new ZmqEndpoint(Enum.Parse<ZmqScheme>(scheme), address, first, last), endpoint);
        Assert.Equal(endpoint, ZmqEndpoint.Parse(endpoint.ToString()));
    }

    [Theory]
    [InlineData("", "no scheme")]
    [InlineData("localhost:5555", "no scheme")]
    [InlineData("udp://host:1", "'udp' is unknown; tcp, ipc, inproc and shm")]
    [InlineData("TCP://host:1", "'TCP' is unknown")]
    [InlineData("tcp://host", "no port")]
    [InlineData("tcp://[::1]", "no port")]
    [InlineData("tcp://5555", "no port")]
    [InlineData("tcp://host:", "'' is no port")]
    [InlineData("tcp://host:65536", "'65536' is no port; ports go from 0 to 65535")]
    [InlineData("tcp://host:-1", "is no port")]
    [InlineData("tcp://host:+1", "'+1' is no port")]
    [InlineData("tcp://host: 1", "' 1' is no port")]
    [InlineData("tcp://host:0-9", "'0' is no port; ports go from 1")]
    [InlineData("tcp://host:9-8", "ends at 8, before it begins at 9")]
    [InlineData("tcp://host:1-*", "'*' is no port")]
    [InlineData("tcp://::1:80", "stands in brackets")]
    [InlineData("tcp://[host]:80", "no IPv6 address")]
    [InlineData("tcp://[1.2.3.4]:80", "no IPv6 address")]
    [InlineData("tcp://ho st:80", "no host's name")]
    [InlineData("tcp://a/b:80", "no host's name")]
    [InlineData("ipc://", "path is empty")]
    [InlineData("ipc://@", "path is empty")]
    [InlineData("shm://", "path is empty")]
    [InlineData("inproc://", "name is empty")]
    public void Parse_WrongForm_SaysWhatIsThereAndWhatCouldBe(string text, string why)
    {
        ArgumentException error = Assert.Throws<ArgumentException>(() => ZmqEndpoint.Parse(text));
        Assert.Contains(why, error.Message, StringComparison.Ordinal);
        Assert.Contains("tcp://HOST:FIRST-LAST", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Parse_PathAtAndBeyondTheLongest_IsTakenAndRefused()
    {
        string longest = new('a', ZmqEndpoint.MaxPathBytes);
        Assert.Equal(longest, ZmqEndpoint.Parse($"ipc://{longest}").Address);
        ArgumentException error = Assert.Throws<ArgumentException>(() => ZmqEndpoint.Parse($"ipc://{longest}b"));
        Assert.Contains($"{ZmqEndpoint.MaxPathBytes + 1} bytes", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("tcp://*:80")]
    [InlineData("tcp://host:0")]
    [InlineData("tcp://host:80-90")]
    public void CheckConnectable_WhatOnlyCanBeBound_IsRefused(string text) =>
        Assert.Throws<ArgumentException>(ZmqEndpoint.Parse(text).CheckConnectable);
}
