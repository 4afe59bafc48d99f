using System.Runtime.InteropServices;
using System.Text;

namespace Pescador.Fast;

/// <summary>Reads what a session says of its graph.</summary>
/// <remarks>Invariants: as said at <see cref="OnnxLibrary"/>; the caller holds the session, and a dimension's name is read before its tensor's description
/// is released.</remarks>
internal sealed unsafe class OnnxGraphReader(OnnxLibrary library, nint session, string graph)
{
    private readonly List<string> _symbols = [];

    /// <summary>How many symbols were met so far.</summary>
    internal int SymbolCount => _symbols.Count;

    internal OnnxTensorInfo[] Inputs() =>
        Read(OrtIndex.SessionGetInputCount, OrtIndex.SessionGetInputName, OrtIndex.SessionGetInputTypeInfo);

    internal OnnxTensorInfo[] Initializers() => Read(
        OrtIndex.SessionGetOverridableInitializerCount, OrtIndex.SessionGetOverridableInitializerName, OrtIndex.SessionGetOverridableInitializerTypeInfo);

    internal OnnxTensorInfo[] Outputs() =>
        Read(OrtIndex.SessionGetOutputCount, OrtIndex.SessionGetOutputName, OrtIndex.SessionGetOutputTypeInfo);

    /// <summary>What the graph's file says under a key of its metadata; null when nothing.</summary>
    internal string? Metadata(string key)
    {
        nint metadata = 0;
        Check(((delegate* unmanaged<nint, nint*, nint>)library[OrtIndex.SessionGetModelMetadata])(session, &metadata));
        try
        {
            nint text = 0;
            fixed (byte* first = (byte[])[.. Encoding.UTF8.GetBytes(key), 0])
            {
                Check(((delegate* unmanaged<nint, nint, byte*, nint*, nint>)library[OrtIndex.ModelMetadataLookupCustomMetadataMap])(
                    metadata, library.Allocator, first, &text));
            }

            return library.TakeText(text);
        }
        finally
        {
            library.Release(OrtIndex.ReleaseModelMetadata, metadata);
        }
    }

    private OnnxTensorInfo[] Read(int countIndex, int nameIndex, int typeIndex)
    {
        nuint count = 0;
        Check(((delegate* unmanaged<nint, nuint*, nint>)library[countIndex])(session, &count));
        var infos = new OnnxTensorInfo[checked((int)count)];
        for (int i = 0; i < infos.Length; i++)
        {
            nint name = 0;
            Check(((delegate* unmanaged<nint, nuint, nint, nint*, nint>)library[nameIndex])(session, (nuint)i, library.Allocator, &name));
            string text = library.TakeText(name) ?? "";
            nint type = 0;
            Check(((delegate* unmanaged<nint, nuint, nint*, nint>)library[typeIndex])(session, (nuint)i, &type));
            try
            {
                infos[i] = Describe(text, type);
            }
            finally
            {
                library.Release(OrtIndex.ReleaseTypeInfo, type);
            }
        }

        return infos;
    }

    private OnnxTensorInfo Describe(string name, nint type)
    {
        nint tensor = 0;
        Check(((delegate* unmanaged<nint, nint*, nint>)library[OrtIndex.CastTypeInfoToTensorInfo])(type, &tensor));
        if (tensor == 0)
        {
            return new OnnxTensorInfo(name, -1, [], []); // a sequence or map
        }

        int code = 0;
        nuint axes = 0;
        Check(((delegate* unmanaged<nint, int*, nint>)library[OrtIndex.GetTensorElementType])(tensor, &code));
        Check(((delegate* unmanaged<nint, nuint*, nint>)library[OrtIndex.GetDimensionsCount])(tensor, &axes));
        var lengths = new long[checked((int)axes)];
        var names = new nint[lengths.Length];
        fixed (long* firstLength = lengths)
        fixed (nint* firstName = names)
        {
            Check(((delegate* unmanaged<nint, long*, nuint, nint>)library[OrtIndex.GetDimensions])(tensor, firstLength, axes));
            Check(((delegate* unmanaged<nint, nint*, nuint, nint>)library[OrtIndex.GetSymbolicDimensions])(tensor, firstName, axes));
        }

        OnnxDimension[] dimensions = [.. lengths.Zip(names, static (length, symbol) => length >= 0
            ? new OnnxDimension((nint)length, null)
            : new OnnxDimension(null, Marshal.PtrToStringUTF8(symbol) is { Length: > 0 } text ? text : null))];
        return new OnnxTensorInfo(name, code, dimensions, Array.ConvertAll(dimensions, dimension => NumberOf(dimension.Symbol)));
    }

    private int NumberOf(string? symbol)
    {
        if (symbol is null)
        {
            return OnnxTensorInfo.NoSymbol;
        }

        int number = _symbols.IndexOf(symbol);
        if (number < 0)
        {
            number = _symbols.Count;
            _symbols.Add(symbol);
        }

        return number;
    }

    private void Check(nint status) => library.Check(status, $"The graph '{graph}'");
}
