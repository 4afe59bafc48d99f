namespace Pescador.Fast.Cli.Training;

/// <summary>What came of a training.</summary>
/// <param name="Accuracy">Part of the rows held out whose class is predicted right.</param>
/// <param name="RowsHeldOut">How many those are.</param>
/// <param name="RowsTraining">Rows to learn from.</param>
/// <param name="Classes">The greatest label, and one.</param>
/// <param name="EmptyClasses">How many of these no row has.</param>
/// <param name="Features">Of a row.</param>
/// <param name="Files">Sources.</param>
/// <param name="DataInBytes">Length of the files.</param>
/// <param name="Epochs">Passes.</param>
/// <param name="SamplesLearned">In all epochs.</param>
/// <param name="SamplesPerSecond">While learning.</param>
/// <param name="SurveySeconds">What the pass before, over all rows, took.</param>
/// <param name="LearningSeconds">What the epochs took.</param>
/// <param name="ResidentAtStart">Anonymous memory before, in bytes: the runtime itself.</param>
/// <param name="ResidentPeak">The most anonymous memory, in bytes.</param>
/// <param name="Budget">The ceiling, in bytes.</param>
/// <param name="BudgetPeak">The most of it that was used, in bytes.</param>
/// <param name="Prefetch">Who waited for whom, in all epochs.</param>
/// <param name="Saved">Where the model was written, and what it takes and gives; null where it was not.</param>
internal sealed record TrainingResult(
    double Accuracy,
    long RowsHeldOut,
    long RowsTraining,
    int Classes,
    int EmptyClasses,
    int Features,
    int Files,
    long DataInBytes,
    int Epochs,
    long SamplesLearned,
    double SamplesPerSecond,
    double SurveySeconds,
    double LearningSeconds,
    long ResidentAtStart,
    long ResidentPeak,
    long Budget,
    long BudgetPeak,
    PrefetchCounters Prefetch,
    string? Saved);
