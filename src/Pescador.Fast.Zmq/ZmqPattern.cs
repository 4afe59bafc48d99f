namespace Pescador.Fast;

/// <summary>How producers and consumers meet.</summary>
public enum ZmqPattern
{
    /// <summary>One producer and one consumer, on PAIR sockets, as pescador's.</summary>
    Pair,

    /// <summary>Any number of each: producers PUSH, spreading over the consumers, which PULL, gathering fairly.</summary>
    PushPull,
}
