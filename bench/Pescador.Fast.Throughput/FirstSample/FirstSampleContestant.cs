namespace Pescador.Fast.Throughput;

/// <summary>From the first call to the first sample, of streamers and a mux that were never opened before.</summary>
internal sealed class FirstSampleContestant(int count, Func<Streamer<Sample>[], Streamer<Sample>> mux) : Contestant
{
    private readonly RowTable _table = new(4096, 0, 64);
    private Streamer<Sample>? _mux;
    private ActiveStream<Sample> _stream;
    private Sample _sample;

    internal override int UnitsPerPiece => 1;

    internal override void Prepare()
    {
        // New ones each time: what was open before keeps its activations for the next run.
        var streamers = new Streamer<Sample>[count];
        for (int i = 0; i < count; i++)
        {
            streamers[i] = Streamer.FromRows(_table.Rows);
        }

        _mux = mux(streamers);
        GC.Collect(); // what the streamers before these have left is not to be collected at this one's cost
    }

    internal override void Run()
    {
        _stream = _mux!.Open(); // made by Prepare
        _sample = _stream.MoveNext() ? _stream.Current : throw new VerificationException("There was no first sample.");
    }

    internal override void Check()
    {
        _table.Recognise(_sample["X"].Span<float>(), _sample["Y"].Span<float>());
        _sample.Dispose();
        _stream.Dispose();
    }
}
