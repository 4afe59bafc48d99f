namespace Pescador.Fast;

/// <summary>Remembers whose pools a stream's batches come from, so that they are counted also when the stream has ended and its batches come back. Thread-safe.</summary>
internal sealed class PoolWatch
{
    private readonly Lock _gate = new();
    private readonly List<Activation<Sample>> _activations = [];

    internal PoolCounters Counters
    {
        get
        {
            var sum = default(PoolCounters);
            lock (_gate)
            {
                foreach (Activation<Sample> activation in _activations)
                {
                    activation.AddBatchCounters(ref sum);
                }
            }

            return sum;
        }
    }

    internal void Add(Activation<Sample> activation)
    {
        lock (_gate)
        {
            if (!_activations.Contains(activation)) // one that is begun again
            {
                _activations.Add(activation);
            }
        }
    }
}
