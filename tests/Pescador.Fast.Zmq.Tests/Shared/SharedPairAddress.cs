namespace Pescador.Fast.Zmq.Tests.Shared;

/// <summary>Where tensors lie.</summary>
internal static unsafe class SharedPairAddress
{
    // Invariant: the tensor's memory is native and stays mapped while the test uses it.
    internal static nint Of(TensorView tensor)
    {
        using System.Buffers.MemoryHandle pin = tensor.Pin();
        return (nint)pin.Pointer;
    }

    internal static float Read(nint address) => Volatile.Read(ref *(float*)address);

    internal static void Write(nint address, float value) => Volatile.Write(ref *(float*)address, value);
}
