// A perceptron learns handwritten digits in ONNX Runtime, and what it has learned is run over a stream.
using System.Globalization;
using Pescador.Fast;
using Samples;

if (OnnxRuntime.Missing is { } missing)
{
    Console.Error.WriteLine(missing);
    return 1;
}

string folder = Directory.CreateTempSubdirectory("digits-onnx-").FullName;
try
{
    var digits = new DigitsPerceptron(Path.Combine(AppContext.BaseDirectory, "digits.csv.gz"), folder);
    Console.WriteLine($"ONNX Runtime {OnnxRuntime.Version}");
    Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"learned: {100 * digits.Train():0.0} % of the images that were held out are told apart"));
    Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"by the model that was written, over a stream: {100 * digits.Infer():0.0} %"));
    return 0;
}
finally
{
    Directory.Delete(folder, recursive: true);
}
