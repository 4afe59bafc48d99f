namespace Pescador.Fast;

/// <summary>Foretells where the next large body will begin, from where the last message had its own: what lies between large bodies hardly
/// changes from message to message. So reading ahead can stop right before it.</summary>
/// <remarks>Positions are counted in bytes from the connection's first.</remarks>
internal sealed class LargeBodyForecast
{
    /// <summary>Said when nothing is foretold.</summary>
    internal const long Unknown = -1;

    private const int MaxKept = 16; // the bodies beyond share the last place: then some of their bytes are copied

    private readonly int[] _gaps = new int[MaxKept]; // before each large body of a message, since the one before
    private int _index;      // how many large bodies this message had so far
    private int _lastCount;  // and the last one in all
    private long _lastEnd = Unknown;

    internal LargeBodyForecast() => Array.Fill(_gaps, (int)Unknown);

    /// <summary>Where the next large body should begin.</summary>
    internal long Next { get; private set; } = Unknown;

    /// <summary>A message has ended.</summary>
    internal void EndMessage()
    {
        if (_index == 0)
        {
            Next = Unknown;
        }

        _lastCount = _index;
        _index = 0;
    }

    /// <summary>A large body begins.</summary>
    /// <param name="position">Of its first byte.</param>
    /// <param name="lengthInBytes">Of all of it.</param>
    internal void Begin(long position, long lengthInBytes)
    {
        if (_lastEnd != Unknown)
        {
            _gaps[Math.Min(_index, MaxKept - 1)] = (int)Math.Min(position - _lastEnd, int.MaxValue);
        }

        _index++;
        _lastEnd = position + lengthInBytes;
        int next = _index < _lastCount ? _index : 0;
        int gap = _gaps[Math.Min(next, MaxKept - 1)];
        Next = _lastCount == 0 || gap == Unknown ? Unknown : _lastEnd + gap;
    }
}
