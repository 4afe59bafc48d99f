namespace Pescador.Fast.Cli.Training;

/// <summary>Which tensors of the sources are features and labels, and how much there is.</summary>
/// <param name="Features">The features' tensor.</param>
/// <param name="FeaturesType">Of its elements, in the first file.</param>
/// <param name="Label">The labels' tensor.</param>
/// <param name="LabelType">Of its elements.</param>
/// <param name="Rows">Of all files.</param>
/// <param name="LengthInBytes">Of all files.</param>
internal sealed record DataForm(string Features, ElementType FeaturesType, string Label, ElementType LabelType, long Rows, long LengthInBytes)
{
    private const string UsualFeatures = "X";

    /// <summary>Looks at the headers.</summary>
    /// <exception cref="PescadorException">A tensor is not there, or it is not clear which is meant.</exception>
    internal static DataForm Of(IReadOnlyList<Source> sources, string label, string? features, CancellationToken cancellation)
    {
        long rows = 0;
        long length = 0;
        SourceInfo? first = null;
        foreach (Source source in sources)
        {
            cancellation.ThrowIfCancellationRequested();
            SourceInfo info = source.Inspect();
            first ??= info;
            rows += info.Rows ?? 0;
            length += info.LengthInBytes;
            if ((info.Format == "csv") != (first.Format == "csv"))
            {
                throw new PescadorException($"'{first.Path}' and '{info.Path}' cannot be trained on together: the label is a column of one and a tensor of the other.");
            }
        }

        string[] names = [.. first!.Arrays.Select(static array => array.Name)]; // OpenAll gives one at least
        string labelTensor = first.Format == "csv" ? new CsvFormat().LabelName : label;
        if (!names.Contains(labelTensor))
        {
            throw Missing("--label", labelTensor, names, first.Path);
        }

        string[] others = [.. names.Where(name => name != labelTensor)];
        string chosen = features
            ?? (others.Contains(UsualFeatures) ? UsualFeatures : others is [var only] ? only : throw new PescadorException(others.Length == 0
                ? $"'{first.Path}' has no tensor but the label '{labelTensor}'; files STEM.X.npy and STEM.{labelTensor}.npy of one stem belong together."
                : $"'{first.Path}' has several tensors that may be the features: [{string.Join(", ", others)}]. Say which with --features NAME."));
        return names.Contains(chosen)
            ? new DataForm(chosen, TypeOf(chosen), labelTensor, TypeOf(labelTensor), rows, length)
            : throw Missing("--features", chosen, others, first.Path);

        ElementType TypeOf(string name) => first.Arrays.First(array => array.Name == name).ElementType;
    }

    private static PescadorException Missing(string option, string name, string[] names, string path) =>
        new($"There is no tensor '{name}' in '{path}'; there are [{string.Join(", ", names)}]. Say which with {option} NAME.");
}
