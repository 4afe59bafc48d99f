namespace Pescador.Fast;

/// <summary>Bytes taken from a budget, given back exactly once: by its owner, or by the finalizer if the owner forgot.</summary>
internal sealed class BudgetCharge(MemoryBudget budget, long lengthInBytes) : IDisposable
{
    private int _isReleased;

    ~BudgetCharge()
    {
        try
        {
            Release();
        }
        catch (InvalidOperationException)
        {
            // Somebody gave back more than was theirs and was told so; here nobody could hear it, and the process would end.
        }
    }

    public void Dispose()
    {
        Release();
        GC.SuppressFinalize(this);
    }

    private void Release()
    {
        if (Interlocked.Exchange(ref _isReleased, 1) == 0)
        {
            budget.Release(lengthInBytes);
        }
    }
}
