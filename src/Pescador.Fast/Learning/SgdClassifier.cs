using System.Numerics.Tensors;

namespace Pescador.Fast;

/// <summary>
/// A linear classifier learned by stochastic gradient descent, one sample at a time, with an L2 penalty:
/// minimises mean(loss(y·f(x))) + α/2·‖w‖² with f(x) = w·x + b.
/// </summary>
/// <remarks>
/// <para>
/// Two classes share one weight vector, class 1 being the positive one. K &gt; 2 classes have K vectors, each trained for its class against
/// all others (y = ±1), and the largest decision value wins. Sample t changes each vector by
/// w ← max(0, 1 − η α) w − η ∂loss/∂f · x and its intercept by b ← b − η ∂loss/∂f (no penalty on b), with η from
/// <see cref="LearningRateSchedule"/>. Rows are learned in the order given, once.
/// </para>
/// <para>
/// Source: scikit-learn, <c>SGDClassifier.partial_fit</c> with <c>penalty="l2"</c> and no shuffling (<c>_plain_sgd</c> in
/// linear_model/_sgd_fast.pyx.tp). Its bound of 10¹² on the derivative is left out: neither loss has one above 1.
/// </para>
/// <para>
/// Weights are single precision, intercepts and the common scale double. Against double precision throughout the weights differ by about
/// 10⁻⁶ of the largest (a step size that overshoots amplifies rounding in either), and by the last bits between machines whose vectors
/// differ in width.
/// </para>
/// <para>
/// Not thread-safe; predictions may run concurrently with each other, not with a fit or with <see cref="Coefficients"/> and
/// <see cref="Intercepts"/>.
/// </para>
/// </remarks>
public sealed partial class SgdClassifier
{
    private readonly LearningRateSchedule _schedule;
    private readonly SgdLoss _loss;
    private readonly double _alpha;
    private readonly double _eta0;
    private readonly double _power;
    private readonly double _t0;

    // One for two classes, else one per class. The vector of class k is _scale · _weights[k·Features ..], so that the penalty on all
    // of them is one multiplication of the scale.
    private readonly double[] _intercepts;
    private readonly double[] _decisions;
    private float[] _weights = [];
    private double _scale = 1;

    /// <summary>A classifier that has seen nothing.</summary>
    /// <param name="classes">The number of classes; at least 2. Labels are 0 to <paramref name="classes"/> − 1.</param>
    /// <param name="loss">The loss.</param>
    /// <param name="alpha">The weight α of the penalty; finite, at least 0; above 0 for <see cref="LearningRateSchedule.Optimal"/>.</param>
    /// <param name="schedule">The learning rate.</param>
    /// <param name="eta0">The first step size; finite, above 0; no part of <see cref="LearningRateSchedule.Optimal"/>.</param>
    /// <param name="power">The exponent of <see cref="LearningRateSchedule.InverseScaling"/>; finite, at least 0.</param>
    /// <exception cref="ArgumentOutOfRangeException">An argument is out of its range.</exception>
    public SgdClassifier(
        int classes,
        SgdLoss loss = SgdLoss.Hinge,
        double alpha = 1e-4,
        LearningRateSchedule schedule = LearningRateSchedule.Optimal,
        double eta0 = 0.01,
        double power = 0.5)
    {
        Require(classes >= 2, nameof(classes), classes, "at least 2 classes");
        Require(loss is SgdLoss.Hinge or SgdLoss.Log, nameof(loss), loss, "Hinge or Log");
        Require(schedule is >= LearningRateSchedule.Constant and <= LearningRateSchedule.InverseScaling, nameof(schedule), schedule,
            "Constant, Optimal or InverseScaling");
        Require(double.IsFinite(alpha) && alpha >= 0, nameof(alpha), alpha, "a finite number, at least 0");
        if (schedule == LearningRateSchedule.Optimal)
            Require(alpha > 0, nameof(alpha), alpha, "above 0 for the optimal learning rate, which divides by it");
        else
            Require(double.IsFinite(eta0) && eta0 > 0, nameof(eta0), eta0, "a finite number above 0");
        if (schedule == LearningRateSchedule.InverseScaling)
            Require(double.IsFinite(power) && power >= 0, nameof(power), power, "a finite number, at least 0");

        (Classes, _loss, _alpha, _schedule, _eta0, _power) = (classes, loss, alpha, schedule, eta0, power);
        _t0 = 1 / (Math.Sqrt(1 / Math.Sqrt(alpha)) * alpha);
        _intercepts = new double[classes == 2 ? 1 : classes];
        _decisions = new double[_intercepts.Length];
    }

    /// <summary>The number of classes, at least 2.</summary>
    public int Classes { get; }

    /// <summary>The number of features of a row; 0 until the first rows, which fix it.</summary>
    public int Features { get; private set; }

    /// <summary>The number of rows learned since construction.</summary>
    public long SamplesSeen { get; private set; }

    private int Vectors => _intercepts.Length;

    private Span<float> Weights(int vector) => _weights.AsSpan(vector * Features, Features);

    private double Decide(ReadOnlySpan<float> row, int vector) =>
        _scale * TensorPrimitives.Dot(row, Weights(vector)) + _intercepts[vector];

    private static void Require<T>(bool holds, string parameter, T actual, string expected)
    {
        if (!holds)
            throw new ArgumentOutOfRangeException(parameter, actual, $"Expected {expected}.");
    }
}
