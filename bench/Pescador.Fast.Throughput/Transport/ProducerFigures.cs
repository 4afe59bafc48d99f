using System.Buffers.Binary;

namespace Pescador.Fast.Throughput;

/// <summary>What a producer has done so far.</summary>
/// <param name="Samples">Made.</param>
/// <param name="AllocatedBytes">Managed bytes that all its threads have allocated.</param>
internal readonly record struct ProducerFigures(long Samples, long AllocatedBytes)
{
    internal const int LengthInBytes = 2 * sizeof(long);

    internal static ProducerFigures Read(ReadOnlySpan<byte> bytes) =>
        new(BinaryPrimitives.ReadInt64LittleEndian(bytes), BinaryPrimitives.ReadInt64LittleEndian(bytes[sizeof(long)..]));

    internal void Write(Span<byte> bytes)
    {
        BinaryPrimitives.WriteInt64LittleEndian(bytes, Samples);
        BinaryPrimitives.WriteInt64LittleEndian(bytes[sizeof(long)..], AllocatedBytes);
    }
}
