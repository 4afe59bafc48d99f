using System.Runtime.InteropServices;

namespace Pescador.Fast;

/// <summary>Builds a graph node by node, and writes it as a model: IR version 8, operators of version 17 of ONNX's default set.</summary>
/// <remarks>Source: <c>onnx.proto</c> (github.com/onnx/onnx): the numbers below are those of its fields. ONNX Runtime 1.12 and newer read it.</remarks>
internal sealed class OnnxGraphBuilder(string name)
{
    /// <summary>What names begin with that are made up here or given to constants: a tensor of a batch may be called "means" or "zero".</summary>
    internal const string OwnPrefix = "pescador.";

    private const int IrVersion = 8;
    private const int OperatorSet = 17;
    private const int AttributeIsInt = 2;

    // GraphProto
    private const int Node = 1;
    private const int Initialized = 5;
    private const int Input = 11;
    private const int Output = 12;

    private readonly ProtoWriter _graph = new();
    private int _made;

    /// <summary>Adds an operator with one output.</summary>
    /// <param name="operation">As ONNX calls it.</param>
    /// <param name="inputs">Names of tensors.</param>
    /// <param name="output">Its name; one is made up when null.</param>
    /// <param name="attributes">Whole numbers.</param>
    /// <returns>The output's name.</returns>
    internal string Add(string operation, string[] inputs, string? output = null, params ReadOnlySpan<(string Name, long Value)> attributes)
    {
        output ??= $"{OwnPrefix}{operation}_{_made++}";
        var node = new ProtoWriter();
        foreach (string input in inputs)
        {
            node.Text(1, input);
        }

        node.Text(2, output).Text(4, operation);
        foreach ((string attribute, long value) in attributes)
        {
            node.Message(5, new ProtoWriter().Text(1, attribute).Number(3, value).Number(20, AttributeIsInt));
        }

        _graph.Message(Node, node);
        return output;
    }

    /// <summary>The name that a constant has in the graph.</summary>
    internal static string NameOf(string constant) => OwnPrefix + constant;

    /// <summary>Adds a tensor of the graph's own.</summary>
    /// <returns>Its name in the graph, <see cref="NameOf"/>.</returns>
    internal string Constant(string tensor, ReadOnlySpan<float> values, params ReadOnlySpan<nint> shape) => Initializer(NameOf(tensor), values, shape);

    /// <inheritdoc cref="Constant(string, ReadOnlySpan{float}, ReadOnlySpan{nint})"/>
    internal string Constant(string tensor, ReadOnlySpan<long> values, params ReadOnlySpan<nint> shape)
    {
        AddInitializer(NameOf(tensor), ElementType.Int64, MemoryMarshal.AsBytes(values), shape);
        return NameOf(tensor);
    }

    /// <summary>Adds the values of a parameter, or of an input that need not be given, under that very name.</summary>
    internal string Initializer(string tensor, ReadOnlySpan<float> values, params ReadOnlySpan<nint> shape)
    {
        AddInitializer(tensor, ElementType.Float32, MemoryMarshal.AsBytes(values), shape);
        return tensor;
    }

    /// <summary>Declares what the graph takes; an axis of length -1 is called n.</summary>
    internal string AddInput(string tensor, ElementType type, params ReadOnlySpan<nint> shape)
    {
        _graph.Message(Input, Declaration(tensor, type, shape));
        return tensor;
    }

    /// <summary>Declares what the graph gives.</summary>
    internal void AddOutput(string tensor, ElementType type, params ReadOnlySpan<nint> shape) => _graph.Message(Output, Declaration(tensor, type, shape));

    /// <summary>The model's bytes.</summary>
    /// <param name="key">Of an entry of the metadata; none when null.</param>
    /// <param name="value">Likewise.</param>
    internal byte[] Model(string? key = null, string value = "")
    {
        _graph.Text(2, name);
        ProtoWriter model = new ProtoWriter()
            .Number(1, IrVersion)
            .Text(2, "Pescador.Fast")
            .Message(7, _graph)
            .Message(8, new ProtoWriter().Text(1, "").Number(2, OperatorSet));
        if (key is not null)
        {
            model.Message(14, new ProtoWriter().Text(1, key).Text(2, value));
        }

        return model.Written.ToArray();
    }

    private void AddInitializer(string tensor, ElementType type, ReadOnlySpan<byte> bytes, ReadOnlySpan<nint> shape)
    {
        var message = new ProtoWriter();
        foreach (nint length in shape)
        {
            message.Number(1, length);
        }

        // Its bytes as they lie here: little-endian, as the format wants them and every machine is that ONNX Runtime runs on.
        _graph.Message(Initialized, message.Number(2, OrtElement.CodeOf(type)).Text(8, tensor).Bytes(9, bytes));
    }

    private static ProtoWriter Declaration(string tensor, ElementType type, ReadOnlySpan<nint> shape)
    {
        var axes = new ProtoWriter();
        foreach (nint length in shape)
        {
            axes.Message(1, length < 0 ? new ProtoWriter().Text(2, "n") : new ProtoWriter().Number(1, length));
        }

        ProtoWriter form = new ProtoWriter().Number(1, OrtElement.CodeOf(type)).Message(2, axes);
        return new ProtoWriter().Text(1, tensor).Message(2, new ProtoWriter().Message(1, form));
    }
}
