using System.Globalization;
using System.Runtime.InteropServices;

namespace Pescador.Fast;

/// <summary>A loaded library: its table of functions, and what every session and value needs of it. Lives as long as the process, as ONNX Runtime's
/// environment is made to.</summary>
/// <remarks>Invariant of every call here: the table has at least the functions of API version <see cref="ApiVersion"/>, which the library said it
/// has; each is called with the arguments that the header declares, by the platform's own convention; the library stays loaded.</remarks>
internal sealed unsafe class OnnxLibrary
{
    /// <summary>What is asked for: ONNX Runtime 1.17 and all that came after it.</summary>
    internal const uint ApiVersion = 17;

    private readonly nint* _functions;

    private OnnxLibrary(nint* functions, string version, string path)
    {
        _functions = functions;
        (Version, Path) = (version, path);
        Environment = CreateEnvironment();
        nint memory = 0;
        const int ArenaAllocator = 1;
        const int DefaultMemory = 0;
        Check(((delegate* unmanaged<int, int, nint*, nint>)_functions[OrtIndex.CreateCpuMemoryInfo])(ArenaAllocator, DefaultMemory, &memory), "ONNX Runtime's CPU memory");
        CpuMemory = memory;
        nint allocator = 0;
        Check(((delegate* unmanaged<nint*, nint>)_functions[OrtIndex.GetAllocatorWithDefaultOptions])(&allocator), "ONNX Runtime's allocator");
        Allocator = allocator;
    }

    internal string Version { get; }

    internal string Path { get; }

    /// <summary>Logging and what sessions share.</summary>
    internal nint Environment { get; }

    /// <summary>Says of a tensor that it lies in the host's memory.</summary>
    internal nint CpuMemory { get; }

    /// <summary>What names and texts are allocated by.</summary>
    internal nint Allocator { get; }

    internal nint this[int index] => _functions[index];

    /// <summary>Loads a file, or what the system's loader finds under a name.</summary>
    /// <exception cref="NativeLibraryException">It cannot be loaded, is no ONNX Runtime, or too old.</exception>
    internal static OnnxLibrary Open(string path, uint apiVersion = ApiVersion)
    {
        nint library;
        try
        {
            library = NativeLibrary.Load(path);
        }
        catch (Exception error) when (error is DllNotFoundException or BadImageFormatException)
        {
            throw new NativeLibraryException($"'{path}' is no library that can be loaded: {error.Message.ReplaceLineEndings(" ")}", error);
        }

        if (!NativeLibrary.TryGetExport(library, "OrtGetApiBase", out nint getBase))
        {
            NativeLibrary.Free(library);
            throw new NativeLibraryException($"'{path}' is a library, but no ONNX Runtime: it has no function OrtGetApiBase.");
        }

        return FromBase(((delegate* unmanaged<nint*>)getBase)(), path, apiVersion);
    }

    /// <summary>A library by its <c>OrtApiBase</c>: two functions, which give a table of functions and the library's version.</summary>
    internal static OnnxLibrary FromBase(nint* apiBase, string path, uint apiVersion = ApiVersion)
    {
        string version = Marshal.PtrToStringUTF8(((delegate* unmanaged<nint>)apiBase[1])()) ?? "";

        // By the version first: asked for a table that it has not, the library writes to the error stream.
        nint* functions = MinorOf(version) >= apiVersion ? ((delegate* unmanaged<uint, nint*>)apiBase[0])(apiVersion) : null;
        return functions is not null ? new OnnxLibrary(functions, version, path) : throw new NativeLibraryException(
            $"'{path}' is ONNX Runtime {version}; 1.{apiVersion} or newer is needed. {OnnxSearch.Advice}");
    }

    /// <summary>Fails with ONNX Runtime's own words, if there are any.</summary>
    /// <param name="status">What a function gave; released here.</param>
    /// <param name="what">Begins the message.</param>
    /// <exception cref="PescadorException">It is no success.</exception>
    internal void Check(nint status, string what)
    {
        if (status != 0)
        {
            throw new PescadorException($"{what}: {TakeMessage(status)}");
        }
    }

    internal void Free(nint memory) => Ignore(((delegate* unmanaged<nint, nint, nint>)_functions[OrtIndex.AllocatorFree])(Allocator, memory));

    internal void Release(int index, nint thing) => ((delegate* unmanaged<nint, void>)_functions[index])(thing);

    /// <summary>Reads a text that <see cref="Allocator"/> allocated, and frees it.</summary>
    internal string? TakeText(nint text)
    {
        string? taken = Marshal.PtrToStringUTF8(text);
        if (text != 0)
        {
            Free(text);
        }

        return taken;
    }

    /// <summary>A tensor over memory that stays where it is until the value is released.</summary>
    internal nint CreateValue(nint address, TensorSpec spec)
    {
        const int UsualAxes = 8;
        ReadOnlySpan<nint> shape = spec.Shape;
        Span<long> lengths = shape.Length <= UsualAxes ? stackalloc long[UsualAxes] : new long[shape.Length];
        for (int i = 0; i < shape.Length; i++)
        {
            lengths[i] = shape[i];
        }

        nint value = 0;
        fixed (long* first = lengths)
        {
            Check(
                ((delegate* unmanaged<nint, nint, nuint, long*, nuint, int, nint*, nint>)_functions[OrtIndex.CreateTensorWithDataAsOrtValue])(
                    CpuMemory, address, (nuint)spec.LengthInBytes, first, (nuint)shape.Length, OrtElement.CodeOf(spec.ElementType), &value),
                spec.Name);
        }

        return value;
    }

    internal void ReleaseValue(nint value) => Release(OrtIndex.ReleaseValue, value);

    /// <summary>Where a value's elements lie.</summary>
    internal nint AddressOf(nint value)
    {
        nint address = 0;
        Check(((delegate* unmanaged<nint, nint*, nint>)_functions[OrtIndex.GetTensorMutableData])(value, &address), "A value's memory");
        return address;
    }

    private static uint MinorOf(string version)
    {
        string[] parts = version.Split('.');
        return parts.Length >= 2 && parts[0] == "1" && uint.TryParse(parts[1], NumberStyles.None, CultureInfo.InvariantCulture, out uint minor) ? minor
            : parts.Length >= 2 && uint.TryParse(parts[0], NumberStyles.None, CultureInfo.InvariantCulture, out uint major) && major > 1 ? uint.MaxValue : 0;
    }

    private nint CreateEnvironment()
    {
        const int Fatal = 4; // what fails is told by an exception, and needs no line on the error stream besides
        nint environment = 0;
        ReadOnlySpan<byte> name = "Pescador.Fast\0"u8;
        fixed (byte* first = name)
        {
            Check(((delegate* unmanaged<int, byte*, nint*, nint>)_functions[OrtIndex.CreateEnv])(Fatal, first, &environment), "ONNX Runtime's environment");
        }

        return environment;
    }

    private string TakeMessage(nint status)
    {
        string? message = Marshal.PtrToStringUTF8(((delegate* unmanaged<nint, nint>)_functions[OrtIndex.GetErrorMessage])(status));
        Release(OrtIndex.ReleaseStatus, status);
        return string.IsNullOrEmpty(message) ? "ONNX Runtime failed and did not say why." : message;
    }

    private void Ignore(nint status)
    {
        if (status != 0)
        {
            Release(OrtIndex.ReleaseStatus, status);
        }
    }
}
