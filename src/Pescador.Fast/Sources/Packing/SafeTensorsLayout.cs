using System.Buffers;
using System.Buffers.Binary;
using System.Numerics;
using System.Text.Json;

namespace Pescador.Fast;

/// <summary>Where the tensors of a <c>.safetensors</c> file lie.</summary>
/// <remarks><code>
/// 0        8                       64·k
/// | length | {"X":{...},...} blanks | X[0] X[1] .. X[n-1] | Y[0] Y[1] .. Y[n-1] |     no holes between tensors: the format allows none
/// </code>
/// The data begins on a multiple of 64. A tensor of n rows ends on one where n is a multiple of <see cref="RowUnit"/>. For other n the
/// tensors lie in descending order of the power of two that divides their rows, so that each begins at least on a multiple of its own.</remarks>
internal sealed class SafeTensorsLayout
{
    private const int PrefixLength = 8;
    private const int Alignment = (int)SlabLayout.TensorAlignmentInBytes;

    private readonly SampleSpec _rowSpec;
    private readonly int[] _order; // of the tensors' data
    private readonly long[] _begins; // in the file
    private readonly int _headerLength;

    /// <summary>A layout for a number of rows.</summary>
    /// <param name="rowSpec">The form of a row.</param>
    /// <param name="rows">How many.</param>
    /// <param name="headerLength">Of all that comes before the data, in bytes, at least; as long as needed when 0.</param>
    internal SafeTensorsLayout(SampleSpec rowSpec, long rows, int headerLength = 0)
    {
        _rowSpec = rowSpec;
        _order = [.. Enumerable.Range(0, rowSpec.Count).OrderByDescending(i => UnitOf(rowSpec[i]))];
        byte[] json = Json(rows);
        _headerLength = Math.Max(headerLength, (PrefixLength + json.Length + Alignment - 1) / Alignment * Alignment);
        Header = new byte[_headerLength];
        Header.AsSpan().Fill((byte)' ');
        BinaryPrimitives.WriteInt64LittleEndian(Header, _headerLength - PrefixLength);
        json.CopyTo(Header, PrefixLength);
        _begins = new long[rowSpec.Count];
        long begin = _headerLength;
        foreach (int tensor in _order)
        {
            _begins[tensor] = begin;
            begin = checked(begin + (rows * rowSpec[tensor].LengthInBytes));
        }

        LengthInBytes = begin;
    }

    /// <summary>All that comes before the data.</summary>
    internal byte[] Header { get; }

    /// <summary>Of the file, in bytes.</summary>
    internal long LengthInBytes { get; }

    /// <summary>The tensors in the order of their data.</summary>
    internal ReadOnlySpan<int> Order => _order;

    /// <summary>Where a tensor's first element is in the file, in bytes.</summary>
    internal long BeginOf(int tensor) => _begins[tensor];

    /// <summary>A tensor that cannot begin on a multiple of 64, with the multiple it begins on; null where all do.</summary>
    internal string? Shortfall()
    {
        string[] short64 = [.. _order.Where(tensor => _begins[tensor] % Alignment != 0)
            .Select(tensor => $"'{_rowSpec[tensor].Name}' on a multiple of {1L << BitOperations.TrailingZeroCount(_begins[tensor])}")];
        return short64.Length == 0 ? null : string.Join(", ", short64);
    }

    /// <summary>Of how many rows a shard should have a multiple, so that every tensor begins on a multiple of 64.</summary>
    internal static int RowUnit(SampleSpec rowSpec)
    {
        int[] units = [.. rowSpec.Tensors.ToArray().Select(UnitOf).Order()];
        // The one with the worst alignment lies last, and nothing follows it.
        return units.Length < 2 ? 1 : Alignment / units[1];
    }

    /// <summary>Fails for a name that the format gives to something else.</summary>
    /// <exception cref="PescadorException">There is one.</exception>
    internal static void CheckNames(SampleSpec spec)
    {
        if (spec.Contains("__metadata__"))
        {
            throw new PescadorException("A .safetensors file cannot have a tensor '__metadata__'; pack to npy.");
        }
    }

    // The largest power of two, up to 64, that divides the length of a row.
    private static int UnitOf(TensorSpec row) =>
        row.LengthInBytes == 0 ? Alignment : Math.Min(Alignment, 1 << BitOperations.TrailingZeroCount((int)(row.LengthInBytes % Alignment) | Alignment));

    private byte[] Json(long rows)
    {
        var bytes = new ArrayBufferWriter<byte>();
        using var json = new Utf8JsonWriter(bytes);
        json.WriteStartObject();
        long begin = 0;
        foreach (int tensor in _order)
        {
            begin = SafeTensorsEntry.Write(json, _rowSpec[tensor].Stack(checked((nint)rows)), begin);
        }

        json.WriteEndObject();
        json.Flush();
        return bytes.WrittenSpan.ToArray();
    }
}
