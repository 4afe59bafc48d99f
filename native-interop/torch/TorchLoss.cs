namespace Pescador.Fast;

/// <summary>What <see cref="TorchLearner"/> minimises, as a mean over the rows of a batch.</summary>
public enum TorchLoss
{
    /// <summary>−log softmax(f)[y]: f is the model's output for a row, [outputs]; y its class, 0 to outputs − 1.</summary>
    CrossEntropy,

    /// <summary>mean (f − y)² over rows and outputs: y are numbers of the features' element type, as many in a row as the model has outputs.</summary>
    MeanSquaredError,
}
