namespace Pescador.Fast;

/// <summary>Keeps things that count against a budget only in case they are wanted again.</summary>
internal interface IEvictor
{
    /// <summary>Gives back some bytes of a budget; may wait for a thread that is about to.</summary>
    /// <returns>Whether it is worth trying again.</returns>
    bool TryEvict(MemoryBudget budget);
}
