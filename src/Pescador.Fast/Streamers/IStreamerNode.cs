namespace Pescador.Fast;

/// <summary>A streamer of whatever element type, as one node of a tree.</summary>
internal interface IStreamerNode
{
    /// <summary>What it is and does, without its inputs; equal for equal behaviour.</summary>
    string Label { get; }

    /// <summary>What it streams from; empty where that is not known beforehand.</summary>
    IEnumerable<IStreamerNode> Inputs { get; }

    /// <summary>Whether opening one is dear enough to be done ahead.</summary>
    bool CanForesee { get; }

    /// <summary>Tells that it will probably be activated soon. Cheap, on any thread; changes nothing that is given.</summary>
    /// <param name="scope">Of the run in which it will be.</param>
    /// <param name="isWanted">False takes that back: it will not, because the run has ended.</param>
    void Foresee(StreamScope scope, bool isWanted);

    /// <summary>Releases what its ended activations, and those of its inputs, keep ready.</summary>
    void Trim();
}
