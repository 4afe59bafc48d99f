using System.Diagnostics;
using System.Globalization;

namespace Pescador.Fast.Throughput;

/// <summary>PyTorch's DataLoader, and a model that is trained from it, in a process of Python. What it is told and answers: train_epochs.py.</summary>
internal sealed class DataLoaderProcess : IDisposable
{
    // The operating system's: its PyTorch is built on the libtorch that this process has, too.
    private const string Python = "/usr/bin/python3";

    // Python begins with importing PyTorch, which takes seconds where the disk is cold.
    private static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(60);

    private readonly ChildProcess _process;

    private DataLoaderProcess(ChildProcess process)
    {
        _process = process;
        Version = process.ReadLine();
    }

    /// <summary>Why there is none here, and what to install; null where there is.</summary>
    internal static string? Missing
    {
        get
        {
            const string Install = $"no NumPy and PyTorch for {Python}; install python3-numpy and python3-torch";
            if (!File.Exists(Python))
            {
                return Install;
            }

            const string Look = "import importlib.util as u, sys; sys.exit(not (u.find_spec('numpy') and u.find_spec('torch')))";
            using Process? looking = Process.Start(new ProcessStartInfo(Python, ["-c", Look]));
            if (looking is null || !looking.WaitForExit(LongestWait))
            {
                looking?.Kill();
                return $"{Python} does not answer";
            }

            return looking.ExitCode == 0 ? null : Install;
        }
    }

    /// <summary>PyTorch's.</summary>
    internal string Version { get; }

    /// <summary>Starts it.</summary>
    /// <param name="files">What is learned.</param>
    /// <param name="hidden">Units of the model's hidden layer.</param>
    /// <param name="form">How the DataLoader is used.</param>
    /// <param name="threads">That one operation of PyTorch may use.</param>
    internal static DataLoaderProcess Start(TrainingFiles files, int hidden, DataLoaderForm form, int threads)
    {
        object[] arguments =
        [
            Path.Combine(AppContext.BaseDirectory, "train_epochs.py"), files.Folder, TrainingFiles.RowsPerFile, hidden, TrainingFiles.BatchSize,
            Perceptron.LearningRate, form.AsksForBatches ? "batches" : "rows", form.Workers, threads,
        ];
        var process = ChildProcess.Start(
            new ProcessStartInfo(Python, arguments.Select(static argument => string.Create(CultureInfo.InvariantCulture, $"{argument}"))),
            "PyTorch's process",
            LongestWait);
        try
        {
            return new DataLoaderProcess(process);
        }
        catch
        {
            process.Dispose();
            throw;
        }
    }

    /// <summary>Makes the model anew.</summary>
    internal void MakeModel()
    {
        _process.Ask("model\n"u8);
        if (_process.ReadLine() is not "ready" and var answer)
        {
            throw new VerificationException($"PyTorch's process was to say 'ready'; it says '{answer}'.");
        }
    }

    /// <summary>Trains for an epoch.</summary>
    internal DataLoaderEpoch Train()
    {
        _process.Ask("epoch\n"u8);
        string answer = _process.ReadLine();
        return DataLoaderEpoch.TryParse(answer) ?? throw new VerificationException($"PyTorch's process was to tell of an epoch; it says '{answer}'.");
    }

    /// <inheritdoc cref="ChildProcess.End"/>
    internal void End() => _process.End();

    public void Dispose() => _process.Dispose();
}
