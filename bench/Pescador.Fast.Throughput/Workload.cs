namespace Pescador.Fast.Throughput;

/// <summary>Something that is measured, under the name by which it is asked for.</summary>
/// <param name="Name">As in <c>mux-stochastic</c>.</param>
/// <param name="What">What it is, in a line.</param>
/// <param name="Headline">The field that matters most.</param>
/// <param name="Run">Sets up, measures, verifies and releases what it took.</param>
internal sealed record Workload(string Name, string What, string Headline, Func<Measure, Outcome> Run)
{
    /// <summary>What is to be reached.</summary>
    internal Target[] Targets { get; init; } = [];

    /// <summary>Its place in a picture, where it is one point of a series.</summary>
    internal PlotPoint? Point { get; init; }

    /// <summary>Why it cannot run on this machine, and what to install; null where it can.</summary>
    internal Func<string?> Missing { get; init; } = static () => null;

    /// <summary>Runs it; whatever goes wrong is an outcome that is not verified.</summary>
    internal Outcome RunVerified(Measure measure)
    {
        try
        {
            return Missing() is { } missing ? Outcome.Failed(missing) : Run(measure);
        }
        catch (Exception exception)
        {
            return Outcome.Failed(exception is VerificationException ? exception.Message : exception.ToString());
        }
        finally
        {
            GC.Collect(); // the next one finds the memory free
        }
    }
}
