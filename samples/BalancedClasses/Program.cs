// A class of which there are hardly any rows: what drawing the classes evenly does for it. The model is linear, or as the argument says.
using System.Globalization;
using Pescador.Fast;
using Samples;

CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
string kind = args is [var first] ? first : "linear";
string? missing = kind switch
{
    "linear" => null,
    "torch" => TorchRuntime.Missing,
    "onnx" => OnnxRuntime.Missing,
    _ => $"There is no model '{kind}'; there are {DigitModel.Kinds}.",
};
if (missing is not null)
{
    Console.Error.WriteLine(missing);
    return 1;
}

var plain = new List<double>();
var balanced = new List<double>();
Console.WriteLine($"Recall of the digit {RareDigits.Rare}, rare in training, model: {kind}");
Console.WriteLine("  seed   plain  balanced");
for (int seed = 0; seed < 10; seed++)
{
    using var digits = new RareDigits(Path.Combine(AppContext.BaseDirectory, "digits.csv.gz"), seed);
    plain.Add(Balance.Recall(digits, Balance.Plain(digits), kind, seed));
    balanced.Add(Balance.Recall(digits, Balance.Balanced(digits), kind, seed));
    Console.WriteLine($"{seed,6}  {plain[^1],6:0.00}  {balanced[^1],8:0.00}");
}

Console.WriteLine($"median  {Balance.Median(plain),6:0.00}  {Balance.Median(balanced),8:0.00}");
return 0;
