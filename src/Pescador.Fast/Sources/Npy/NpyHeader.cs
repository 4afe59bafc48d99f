using System.Buffers.Binary;

namespace Pescador.Fast;

/// <summary>The header of an <c>.npy</c> file or member.</summary>
/// <param name="Shape">Length of each axis.</param>
/// <param name="IsFortranOrder">Whether the first axis runs fastest.</param>
/// <param name="Fields">One of a plain array; those of a structured one, without padding.</param>
/// <param name="ItemLengthInBytes">Of an element or record.</param>
/// <param name="LengthInBytes">Of the header: where the data begins.</param>
internal sealed record NpyHeader(nint[] Shape, bool IsFortranOrder, NpyField[] Fields, nint ItemLengthInBytes, int LengthInBytes)
{
    /// <summary>Bytes that say how long a header is: <c>\x93NUMPY</c>, the version's two, and the length's two or four.</summary>
    internal const int PrefixLength = 12;

    private static ReadOnlySpan<byte> Magic => [0x93, (byte)'N', (byte)'U', (byte)'M', (byte)'P', (byte)'Y'];

    /// <summary>Elements or records.</summary>
    internal nint ItemCount { get; } = Product(Shape);

    /// <summary>Of the data, in bytes.</summary>
    internal long DataLengthInBytes => (long)ItemCount * ItemLengthInBytes;

    /// <summary>Reads how long a header is.</summary>
    /// <param name="prefix">The first <see cref="PrefixLength"/> bytes, or as many as there are.</param>
    /// <param name="available">Of the file or member, in bytes.</param>
    /// <param name="limits">The most that is accepted.</param>
    /// <param name="place">For messages.</param>
    /// <returns>Its length with what comes before it, in bytes; not more than are available.</returns>
    internal static int Measure(ReadOnlySpan<byte> prefix, long available, SourceLimits limits, SourcePlace place)
    {
        if (!prefix.StartsWith(Magic))
        {
            throw place.Error("this is no .npy: it does not begin with \\x93NUMPY");
        }

        int major = prefix.Length > 6 ? prefix[6] : 0;
        int prefixLength = major == 1 ? 10 : PrefixLength;
        if (prefix.Length < prefixLength)
        {
            throw place.Error($"the header ends within its first {prefixLength} bytes, after {prefix.Length}");
        }

        if (major is < 1 or > 3 || prefix[7] != 0)
        {
            throw place.Error($"version {major}.{prefix[7]} of .npy is not known; 1.0, 2.0 and 3.0 are");
        }

        uint length = major == 1 ? BinaryPrimitives.ReadUInt16LittleEndian(prefix[8..]) : BinaryPrimitives.ReadUInt32LittleEndian(prefix[8..]);
        if (length > limits.MaxNpyHeaderInBytes)
        {
            throw place.Error($"the header's length is {length} bytes; at most {limits.MaxNpyHeaderInBytes} are accepted (MaxNpyHeaderInBytes)");
        }

        return length <= available - prefixLength
            ? prefixLength + (int)length
            : throw place.Error($"the header's length is {length} bytes, but only {available - prefixLength} follow");
    }

    /// <summary>Reads a header.</summary>
    /// <param name="header">All its bytes, as <see cref="Measure"/> counts them.</param>
    /// <param name="available">Of the file or member, in bytes; the data must lie in it. More may follow the data.</param>
    /// <param name="limits">The most that is accepted.</param>
    /// <param name="place">For messages.</param>
    internal static NpyHeader Parse(ReadOnlySpan<byte> header, long available, SourceLimits limits, SourcePlace place)
    {
        NpyHeader parsed = NpyHeaderParser.Parse(header, limits, place);
        return parsed.DataLengthInBytes <= available - header.Length
            ? parsed
            : throw place.Error(
                $"the shape [{string.Join(',', parsed.Shape)}] of {parsed.ItemLengthInBytes} bytes each needs {parsed.DataLengthInBytes} bytes, "
                + $"but {available - header.Length} follow the header");
    }

    /// <summary>Reads the header of an array that lies in a file as it is.</summary>
    /// <param name="file">The file.</param>
    /// <param name="offset">Where the array's first byte is.</param>
    /// <param name="available">Bytes from there on that may be its.</param>
    /// <param name="limits">The most that is accepted.</param>
    /// <param name="place">For messages.</param>
    internal static NpyHeader Read(FileMapping file, long offset, long available, SourceLimits limits, SourcePlace place)
    {
        int length = Measure(file.Bytes(offset, (int)Math.Min(available, PrefixLength)), available, limits, place);
        return Parse(file.Bytes(offset, length), available, limits, place);
    }

    /// <summary>The arrays that the data holds.</summary>
    /// <param name="name">Of the tensor of a plain array; those of a structured one have their fields' names.</param>
    /// <param name="offset">Of the header's first byte, in bytes.</param>
    /// <param name="deflated">The member that holds it, if it is deflated.</param>
    internal StoredArray[] Arrays(string name, long offset, ZipMember? deflated = null) => Array.ConvertAll(Fields, field =>
    {
        int pair = field.Type.IsComplex ? 1 : 0;
        nint[] shape = [.. Shape, .. field.Shape, .. pair == 1 ? (nint[])[2] : []];
        var strides = new nint[shape.Length];
        nint step = field.Type.ElementType.SizeInBytes();
        for (int axis = shape.Length - 1; axis >= Shape.Length; axis--)
        {
            strides[axis] = step;
            step *= shape[axis];
        }

        step = ItemLengthInBytes;
        for (int i = 0; i < Shape.Length; i++)
        {
            int axis = IsFortranOrder ? i : Shape.Length - 1 - i;
            strides[axis] = step;
            step *= Shape[axis];
        }

        bool isDense = IsDense(shape, strides, field.Type.ElementType.SizeInBytes());
        long start = offset + LengthInBytes + (ItemCount == 0 ? 0 : field.OffsetInBytes);
        return new StoredArray(field.Name ?? name, field.Type.ElementType, field.Type.Stored, shape, start)
        {
            Strides = isDense ? null : strides,
            Deflated = deflated,
            IsFortranOrder = IsFortranOrder && !isDense && Shape.Length > 1,
        };
    });

    private static nint Product(ReadOnlySpan<nint> shape)
    {
        nint product = 1;
        foreach (nint length in shape)
        {
            product *= length; // the parser has checked it
        }

        return product;
    }

    private static bool IsDense(nint[] shape, nint[] strides, nint step)
    {
        for (int axis = shape.Length - 1; axis >= 0; axis--)
        {
            if (shape[axis] > 1 && strides[axis] != step)
            {
                return false;
            }

            step *= shape[axis];
        }

        return true;
    }
}
