// libtorch learns handwritten digits from batches where they lie.
using System.Globalization;
using Pescador.Fast;
using Samples;

if (TorchRuntime.Missing is { } missing)
{
    Console.Error.WriteLine(missing);
    return 1;
}

Console.WriteLine($"libtorch {TorchRuntime.Version}");
if (TorchRuntime.Warning is { } warning)
{
    Console.Error.WriteLine(warning);
}

double accuracy = DigitTraining.Run(Path.Combine(AppContext.BaseDirectory, "digits.csv.gz"), seed: 1, static (epoch, loss, accuracy) =>
    Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"epoch {epoch,2}: loss {loss:0.0000}, {100 * accuracy:0.0} % of the held-out images")));
Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{100 * accuracy:0.0} % of the images that were held out are told apart."));
return 0;
