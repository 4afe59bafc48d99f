using System.Globalization;

namespace Pescador.Fast.Cli.Running;

/// <summary>The memory that the process has and the system cannot take back: anonymous and shared pages, without those of mapped files.</summary>
internal sealed class ResidentMemory : IDisposable
{
    private const string Status = "/proc/self/status";

    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(50);

    private readonly Timer _timer;
    private long _peak;

    /// <summary>Begins to watch, for the <see cref="Peak"/>.</summary>
    internal ResidentMemory()
    {
        Start = Read();
        _peak = Start;
        _timer = new Timer(_ => Watch(), null, Interval, Interval);
    }

    /// <summary>What the figure is, for a label.</summary>
    internal static string Name { get; } = File.Exists(Status) ? "RssAnon + RssShmem" : "working set";

    /// <summary>When this began.</summary>
    internal long Start { get; }

    /// <summary>The most there was, looked at 20 times a second and whenever this is read.</summary>
    internal long Peak
    {
        get
        {
            Watch();
            return Volatile.Read(ref _peak);
        }
    }

    /// <summary>Now, in bytes; the working set where the system does not say it apart.</summary>
    internal static long Read()
    {
        try
        {
            return Sum(File.ReadLines(Status)) ?? Environment.WorkingSet;
        }
        catch (IOException)
        {
            return Environment.WorkingSet;
        }
    }

    /// <summary>RssAnon + RssShmem of a status file, in bytes; null where neither is said.</summary>
    internal static long? Sum(IEnumerable<string> status)
    {
        long? sum = null;
        foreach (string line in status)
        {
            if (line.StartsWith("RssAnon:", StringComparison.Ordinal) || line.StartsWith("RssShmem:", StringComparison.Ordinal))
            {
                string[] words = line.Split([' ', '\t'], StringSplitOptions.RemoveEmptyEntries);
                sum = (sum ?? 0) + (long.Parse(words[1], CultureInfo.InvariantCulture) << 10); // always in kB, which are KiB
            }
        }

        return sum;
    }

    public void Dispose() => _timer.Dispose();

    private void Watch()
    {
        long now = Read();
        long peak = Volatile.Read(ref _peak);
        while (now > peak)
        {
            long seen = Interlocked.CompareExchange(ref _peak, now, peak);
            if (seen == peak)
            {
                return;
            }

            peak = seen;
        }
    }
}
