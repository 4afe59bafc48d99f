using static Pescador.Fast.OnnxGraphBuilder;

namespace Pescador.Fast;

/// <summary>The optimiser's nodes: from a gradient to a parameter's next value.</summary>
internal sealed class OnnxOptimiserNodes
{
    private const float MeanDecay = 0.9f;
    private const float SquareDecay = 0.999f;
    private const float Smallest = 1e-8f;

    private readonly OnnxTrainingGraph _recipe;
    private readonly OnnxGraphBuilder _graph;
    private readonly string _meanCorrection = "";
    private readonly string _squareCorrection = "";

    internal OnnxOptimiserNodes(OnnxTrainingGraph recipe, OnnxGraphBuilder graph)
    {
        (_recipe, _graph) = (recipe, graph);
        Rows = graph.Constant("rows_axis", [0L], 1);
        if (recipe.Optimiser == OnnxOptimiser.Adam)
        {
            string one = graph.Constant("unit", [1f]);
            string step = AddState(TensorSpec.Of<float>("step"));
            string next = graph.Add("Add", [step, one], "step.next");
            _meanCorrection = graph.Add("Sub", [one, graph.Add("Pow", [graph.Constant("mean_decay", [MeanDecay]), next])]);
            _squareCorrection = graph.Add("Sub", [one, graph.Add("Pow", [graph.Constant("square_decay", [SquareDecay]), next])]);
            graph.Constant("mean_rest", [1 - MeanDecay]);
            graph.Constant("square_rest", [1 - SquareDecay]);
            graph.Constant("smallest", [Smallest]);
        }
        else if (recipe.Momentum > 0)
        {
            graph.Constant("momentum", [recipe.Momentum]);
        }
    }

    /// <summary>The axis along which biases sum.</summary>
    internal string Rows { get; }

    /// <summary>Adds a parameter's step.</summary>
    internal void Add(TensorSpec weight, string gradient)
    {
        string step = _recipe.Optimiser == OnnxOptimiser.Adam ? Adam(weight, gradient)
            : _recipe.Momentum > 0 ? Mix(weight, "velocity", NameOf("momentum"), gradient)
            : gradient;
        string move = _graph.Add("Mul", [step, OnnxTrainingNodes.LearningRate]);
        _graph.Add("Sub", [weight.Name, move], weight.Name + ".next");
        _graph.AddOutput(weight.Name + ".next", ElementType.Float32, weight.Shape);
    }

    private string Adam(TensorSpec weight, string gradient)
    {
        string mean = Mix(weight, "mean", NameOf("mean_decay"), _graph.Add("Mul", [gradient, NameOf("mean_rest")]));
        string square = Mix(weight, "square", NameOf("square_decay"), _graph.Add("Mul", [_graph.Add("Mul", [gradient, gradient]), NameOf("square_rest")]));
        string deviation = _graph.Add("Sqrt", [_graph.Add("Div", [square, _squareCorrection])]);
        return _graph.Add("Div", [_graph.Add("Div", [mean, _meanCorrection]), _graph.Add("Add", [deviation, NameOf("smallest")])]);
    }

    // state ← decay · state + part
    private string Mix(TensorSpec weight, string state, string decay, string part)
    {
        string kept = AddState(TensorSpec.Of<float>($"{weight.Name}.{state}", weight.Shape));
        return _graph.Add("Add", [_graph.Add("Mul", [kept, decay]), part], kept + ".next");
    }

    private string AddState(TensorSpec state)
    {
        _graph.AddInput(state.Name, ElementType.Float32, state.Shape);
        _graph.Initializer(state.Name, new float[state.ElementCount], state.Shape);
        _graph.AddOutput(state.Name + ".next", ElementType.Float32, state.Shape);
        return state.Name;
    }
}
