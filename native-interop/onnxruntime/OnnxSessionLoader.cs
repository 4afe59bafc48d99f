using System.Text;

namespace Pescador.Fast;

/// <summary>Loads graphs.</summary>
/// <remarks>Invariants: as said at <see cref="OnnxLibrary"/>; what is pinned here is read by ONNX Runtime during the call only.</remarks>
internal static unsafe class OnnxSessionLoader
{
    internal static OnnxSessionHandle Load(OnnxLibrary library, string path, OnnxSessionOptions? options)
    {
        // ORTCHAR_T: UTF-16 on Windows, UTF-8 elsewhere.
        byte[] text = [.. (OperatingSystem.IsWindows() ? Encoding.Unicode : Encoding.UTF8).GetBytes(path), 0, 0];
        return Load(library, options, path, (native, session) =>
        {
            fixed (byte* first = text)
            {
                return ((delegate* unmanaged<nint, byte*, nint, nint*, nint>)library[OrtIndex.CreateSession])(library.Environment, first, native, (nint*)session);
            }
        });
    }

    internal static OnnxSessionHandle Load(OnnxLibrary library, ReadOnlySpan<byte> model, string name, OnnxSessionOptions? options)
    {
        if (model.IsEmpty)
        {
            throw new PescadorException($"'{name}' is no graph: it is empty.");
        }

        fixed (byte* first = model)
        {
            (nint address, nuint length) = ((nint)first, (nuint)model.Length);
            return Load(library, options, name, (native, session) =>
                ((delegate* unmanaged<nint, nint, nuint, nint, nint*, nint>)library[OrtIndex.CreateSessionFromArray])(
                    library.Environment, address, length, native, (nint*)session));
        }
    }

    private static OnnxSessionHandle Load(OnnxLibrary library, OnnxSessionOptions? options, string name, Func<nint, nint, nint> load)
    {
        options ??= new OnnxSessionOptions();
        nint native = 0;
        library.Check(((delegate* unmanaged<nint*, nint>)library[OrtIndex.CreateSessionOptions])(&native), "Options of a session");
        try
        {
            Set(library, OrtIndex.SetIntraOpNumThreads, native, options.Threads);
            Set(library, OrtIndex.SetSessionGraphOptimizationLevel, native, (int)options.Optimisation);
            nint session = 0;
            var handle = new OnnxSessionHandle(library);
            library.Check(load(native, (nint)(&session)), $"'{name}' is no graph that ONNX Runtime {library.Version} runs");
            handle.Take(session);
            return handle;
        }
        finally
        {
            library.Release(OrtIndex.ReleaseSessionOptions, native);
        }
    }

    private static void Set(OnnxLibrary library, int index, nint options, int value) =>
        library.Check(((delegate* unmanaged<nint, int, nint>)library[index])(options, value), "Options of a session");
}
