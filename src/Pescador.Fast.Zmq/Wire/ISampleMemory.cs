namespace Pescador.Fast;

/// <summary>Lends the memory that a sample is received into.</summary>
internal interface ISampleMemory
{
    /// <summary>Lends room for a sample of that form, its content whatever was there; waits while there is none.</summary>
    Sample Rent(SampleSpec spec);
}
