using System.Collections.Concurrent;
using System.Runtime.InteropServices;
using Pescador.Fast;
using TorchSharp;
using static TorchSharp.torch;

namespace Samples;

// <slabs>
/// <summary>Slabs that TorchSharp allocates, so that a batch lies in a tensor of its own; in pinned host memory where there is CUDA.</summary>
public sealed class TorchSlabs : SlabAllocator
{
    private readonly ConcurrentDictionary<nint, Tensor> _storages = [];

    public override Slab Allocate(SlabLayout layout)
    {
        using DisposeScope passing = NewDisposeScope();             // of what pin_memory and storage leave: it would hold memory until a collection
        Tensor storage = empty(layout.LengthInBytes / sizeof(float), dtype: ScalarType.Float32);
        storage = (cuda.is_available() ? storage.pin_memory() : storage).DetachFromDisposeScope();
        var memory = new StorageHandle(storage, _storages);
        _storages[memory.DangerousGetHandle()] = storage;
        return new Slab(layout, memory);
    }

    /// <summary>A torch tensor where a float32 tensor of a batch lies. Use it before the batch is disposed.</summary>
    public Tensor Over(TensorView tensor)
    {
        NativeLease lease = NativeLease.Take(tensor.Pin());
        (nint start, Tensor storage) = _storages.First(slab => lease.Address >= slab.Key && lease.Address < slab.Key + (nint)(slab.Value.numel() * sizeof(float)));
        lease.Release();
        return storage.narrow(0, (lease.Address - start) / sizeof(float), tensor.ElementCount).view(Array.ConvertAll(tensor.Shape.ToArray(), static length => (long)length));
    }

    private sealed class StorageHandle : SafeHandle
    {
        private readonly Tensor _storage;
        private readonly ConcurrentDictionary<nint, Tensor> _storages;

        internal StorageHandle(Tensor storage, ConcurrentDictionary<nint, Tensor> storages)
            : base(0, ownsHandle: true)
        {
            (_storage, _storages) = (storage, storages);
            SetHandle(storage.storage<float>().data_ptr());
        }

        public override bool IsInvalid => handle == 0;

        protected override bool ReleaseHandle()
        {
            _storages.TryRemove(handle, out _);
            _storage.Dispose();
            return true;
        }
    }
}
// </slabs>
