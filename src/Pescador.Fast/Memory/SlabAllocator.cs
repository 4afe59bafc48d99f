namespace Pescador.Fast;

/// <summary>
/// Where slabs get their memory. The one seam through which batches come to lie where a trainer wants them: derive from it to
/// hand out pinned host memory, memory of a device, or memory shared with another process.
/// </summary>
public abstract class SlabAllocator
{
    /// <summary>Aligned native memory; in pages of 2 MiB where it is large and the system gives them. The default.</summary>
    public static SlabAllocator Native { get; } = new NativeSlabAllocator();

    /// <summary>One pinned array of the element type per tensor; alignment is the runtime's (8 bytes), a tensor at most 2³¹ − 57 elements.</summary>
    public static SlabAllocator Managed { get; } = new ManagedSlabAllocator();

    /// <summary>Allocates one slab. Called when a pool is made or grows, never per sample.</summary>
    /// <param name="layout">What the slab is to hold.</param>
    /// <returns>A slab that the caller owns.</returns>
    /// <exception cref="OutOfMemoryException">The memory cannot be had.</exception>
    public abstract Slab Allocate(SlabLayout layout);

    private sealed class ManagedSlabAllocator : SlabAllocator
    {
        public override Slab Allocate(SlabLayout layout)
        {
            ArgumentNullException.ThrowIfNull(layout);
            var arrays = new Array[layout.Regions.Length];
            for (int i = 0; i < arrays.Length; i++)
            {
                SlabRegion region = layout.Regions[i];
                arrays[i] = ElementTypes.AllocatePinnedArray(region.ElementType, region.LengthInBytes / region.ElementType.SizeInBytes());
            }

            return new Slab(layout, arrays);
        }
    }
}
