using System.Runtime.InteropServices;

namespace Pescador.Fast;

/// <summary>Owns a session of ONNX Runtime: released once, and not while it runs.</summary>
internal sealed class OnnxSessionHandle : SafeHandle
{
    private readonly OnnxLibrary _library;

    internal OnnxSessionHandle(OnnxLibrary library)
        : base(0, ownsHandle: true) => _library = library;

    public override bool IsInvalid => handle == 0;

    internal void Take(nint session) => SetHandle(session);

    protected override bool ReleaseHandle()
    {
        _library.Release(OrtIndex.ReleaseSession, handle);
        return true;
    }
}
