using Pescador.Fast;

namespace Samples;

/// <summary>Handwritten digits, distorted anew each time they are drawn: the work that four processes share.</summary>
/// <param name="Path">Of the file, which each process opens by itself.</param>
/// <param name="Sigma">Of the noise on each pixel; pixels are 0 to 16.</param>
/// <param name="Batch">Images per batch.</param>
internal sealed record Digits(string Path, float Sigma, int Batch)
{
    public const int Pixels = 64;
    public const int Classes = 10;

    private static readonly SampleSpec Spec = new(TensorSpec.Of<float>("X", Pixels), TensorSpec.Of<int>("Y"));

    public (Source Training, Source HeldOut) Open() => Source.Csv(Path, new CsvFormat { Label = "-1", HasHeader = false }).Split(heldOut: 0.2, seed: 1);

    /// <summary>Images of which each pixel has moved by chance.</summary>
    public static IEnumerable<Sample> Distort(StreamContext context, Streamer<Sample> images, float sigma)
    {
        using ActiveStream<Sample> stream = context.Open(images);
        while (stream.MoveNext())
        {
            using Sample image = stream.Current;
            Sample distorted = context.Rent(Spec);
            Span<float> pixels = distorted["X"].Span<float>();
            context.Random.FillNormal(pixels, mean: 0, standardDeviation: sigma);
            for (int i = 0; i < pixels.Length; i++)
            {
                pixels[i] = (pixels[i] + image["X"].Span<float>()[i]) / 16;
            }

            distorted["Y"].Span<int>()[0] = (int)image["Y"].Span<long>()[0];
            yield return distorted;
        }
    }
}
