namespace Pescador.Fast.CApi.Tests.Support;

/// <summary>What the process has out, before and after: batches, leases, exports, buffers.</summary>
internal readonly record struct Balance(int Batches, int Leases, long Exports, int Buffers)
{
    internal static Balance Now => new(LentBatch.Outstanding, NativeLease.Outstanding, DlpackExport.Made - DlpackExport.Deleted, OwnedBuffers.Count);
}
