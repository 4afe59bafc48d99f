namespace Pescador.Fast;

/// <summary>Where a sample's core and slab go when the sample is disposed: a pool.</summary>
internal interface ISlabHome
{
    /// <summary>Takes a released core home. Called by whichever thread released it.</summary>
    void Return(SampleCore core);

    /// <summary>Takes home a slab whose sample became unreachable undisposed. Called by the finalizer thread.</summary>
    void Recover(Slab slab);
}
