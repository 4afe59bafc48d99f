using System.Globalization;

namespace Pescador.Fast;

/// <summary>Holds tensors against the forms that a graph declares: which lengths its symbols have in one run.</summary>
internal sealed class OnnxForms
{
    private const nint Unknown = -1;

    private readonly string _graph;
    private readonly nint[] _lengths;
    private readonly string[] _from; // the tensor that said so
    private readonly Dictionary<OnnxTensorInfo, (TensorSpec Given, TensorSpec Taken)> _views = []; // the last of each

    internal OnnxForms(string graph, int symbolCount)
    {
        _graph = graph;
        _lengths = new nint[symbolCount];
        _from = new string[symbolCount];
        Begin();
    }

    /// <summary>Forgets what symbols stood for.</summary>
    internal void Begin() => Array.Fill(_lengths, Unknown);

    /// <summary>A tensor's form as a graph takes it. Where the graph has another number of axes, rows are taken as its rows if they have as many
    /// elements: [n,8,8] as [n,64], [n,1] as [n]. They lie in memory alike.</summary>
    internal TensorSpec TakenAs(OnnxTensorInfo info, TensorSpec given)
    {
        if (given.Shape.Length == info.Dimensions.Length || given.Shape.IsEmpty || info.Dimensions.IsEmpty)
        {
            return given;
        }

        if (_views.TryGetValue(info, out (TensorSpec Given, TensorSpec Taken) last) && last.Given.Equals(given))
        {
            return last.Taken;
        }

        TensorSpec taken = Reshaped(info, given) ?? given;
        _views[info] = (given, taken);
        return taken;
    }

    private static TensorSpec? Reshaped(OnnxTensorInfo info, TensorSpec given)
    {
        var shape = new nint[info.Dimensions.Length];
        shape[0] = given.Shape[0];
        for (int axis = 1; axis < shape.Length; axis++)
        {
            if (info.Dimensions[axis].Length is not { } length)
            {
                return null;
            }

            shape[axis] = length;
        }

        // By the axes after the first, for there may be no rows at all.
        return ElementsOf(shape.AsSpan(1)) == ElementsOf(given.Shape[1..]) ? new TensorSpec(given.Name, given.ElementType, shape) : null;
    }

    private static UInt128 ElementsOf(ReadOnlySpan<nint> shape)
    {
        UInt128 elements = 1;
        foreach (nint length in shape)
        {
            elements = unchecked(elements * (UInt128)length); // what overflows 128 bits is no tensor's shape
        }

        return elements;
    }

    /// <summary>Checks one tensor, and notes what its axes say of symbols.</summary>
    /// <param name="info">What the graph declares.</param>
    /// <param name="given">What it is handed.</param>
    /// <param name="verb">Whether the graph "takes" or "gives" it.</param>
    /// <exception cref="DataException">They do not agree; the message has both.</exception>
    internal void Check(OnnxTensorInfo info, TensorSpec given, string verb)
    {
        if (info.ElementType != given.ElementType || info.Dimensions.Length != given.Shape.Length)
        {
            throw Error(info, given, verb, "");
        }

        for (int axis = 0; axis < given.Shape.Length; axis++)
        {
            nint length = given.Shape[axis];
            int symbol = info.Symbols[axis];
            if (info.Dimensions[axis].Length is { } expected && expected != length)
            {
                throw Error(info, given, verb, "");
            }

            if (symbol == OnnxTensorInfo.NoSymbol)
            {
                continue;
            }

            if (_lengths[symbol] == Unknown)
            {
                (_lengths[symbol], _from[symbol]) = (length, info.Name);
            }
            else if (_lengths[symbol] != length)
            {
                throw Error(info, given, verb, string.Create(
                    CultureInfo.InvariantCulture, $" with {info.Dimensions[axis].Symbol} = {_lengths[symbol]}, as '{_from[symbol]}' has it"));
            }
        }
    }

    /// <summary>Whether each of a tensor's axes has a length that the tensors checked so far fix, and whether these are a spec's.</summary>
    internal bool Is(OnnxTensorInfo info, TensorSpec spec)
    {
        for (int axis = 0; axis < info.Symbols.Length; axis++)
        {
            if (spec.Shape[axis] != (LengthOf(info, axis) ?? Unknown))
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>The form that a tensor has in this run.</summary>
    /// <exception cref="PescadorException">It does not follow from what was checked so far.</exception>
    internal TensorSpec Resolve(OnnxTensorInfo info)
    {
        var shape = new nint[info.Symbols.Length];
        for (int axis = 0; axis < shape.Length; axis++)
        {
            shape[axis] = LengthOf(info, axis) ?? throw new PescadorException(
                $"Tensor '{info.Name}': the graph '{_graph}' gives {info.Form}, and '{info.Dimensions[axis]}' is no length of what it is given.");
        }

        return new TensorSpec(info.Name, info.ElementType ?? default, shape); // known: checked when the recipe was made
    }

    private nint? LengthOf(OnnxTensorInfo info, int axis) =>
        info.Symbols[axis] == OnnxTensorInfo.NoSymbol ? info.Dimensions[axis].Length
        : _lengths[info.Symbols[axis]] is not Unknown and var length ? length
        : null;

    private DataException Error(OnnxTensorInfo info, TensorSpec given, string verb, string because) =>
        new($"Tensor '{info.Name}': the graph '{_graph}' {verb} {info.Form}{because}, got {given.Form}.");
}
