namespace Pescador.Fast.Tests;

/// <summary>The same descent in double precision and plain loops, with scikit-learn's formulas as they stand there.</summary>
internal sealed class SgdReference(
    int classes, SgdLoss loss, double alpha, LearningRateSchedule schedule, double eta0, double power, int features)
{
    private readonly int _vectors = classes == 2 ? 1 : classes;
    private double _t = 1;

    public double[] Coefficients { get; } = new double[(classes == 2 ? 1 : classes) * features];

    public double[] Intercepts { get; } = new double[classes == 2 ? 1 : classes];

    public void Fit(ReadOnlySpan<float> rows, ReadOnlySpan<int> labels)
    {
        for (int i = 0; i < labels.Length; i++, _t++)
        {
            double eta = Eta();
            for (int k = 0; k < _vectors; k++)
            {
                double y = labels[i] == (_vectors == 1 ? 1 : k) ? 1 : -1;
                double p = Intercepts[k];
                for (int j = 0; j < features; j++)
                    p += Coefficients[k * features + j] * rows[i * features + j];

                double update = -eta * Math.Clamp(Derivative(y, p), -1e12, 1e12);
                for (int j = 0; j < features; j++)
                {
                    ref double w = ref Coefficients[k * features + j];
                    w = w * Math.Max(0, 1 - eta * alpha) + update * rows[i * features + j];
                }

                Intercepts[k] += update;
            }
        }
    }

    private double Derivative(double y, double p)
    {
        double z = p * y;
        if (loss == SgdLoss.Hinge)
            return z <= 1 ? -y : 0;
        return z > 18 ? Math.Exp(-z) * -y : z < -18 ? -y : -y / (Math.Exp(z) + 1);
    }

    private double Eta()
    {
        if (schedule == LearningRateSchedule.Constant)
            return eta0;
        if (schedule == LearningRateSchedule.InverseScaling)
            return eta0 / Math.Pow(_t, power);

        double typicalWeight = Math.Sqrt(1 / Math.Sqrt(alpha));
        double firstEta = typicalWeight / Math.Max(1, Math.Abs(Derivative(1, -typicalWeight)));
        double start = 1 / (firstEta * alpha);
        return 1 / (alpha * (start + _t - 1));
    }
}
