using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Pescador.Fast;

/// <summary>Workers in processes of this host, which load the caller's assembly and call a static method of it.</summary>
internal sealed class ProcessPlan : WorkerPlan
{
    internal const string NeedsReflection = "Worker processes find the method by reflection, and read its arguments from JSON.";

    private const int LongestArguments = 200;

    private readonly WorkerMethod _method;
    private readonly WorkerOptions _options;
    private readonly ZmqScheme _scheme;

    internal ProcessPlan(WorkerMethod method, int workers, WorkerOptions options)
        : base(workers, options.Zmq)
    {
        (_method, _options) = (method, options);
        _scheme = options.Transport switch
        {
            WorkerTransport.SharedMemory => ZmqScheme.Shm,
            WorkerTransport.Ipc => ZmqScheme.Ipc,
            WorkerTransport.Tcp => ZmqScheme.Tcp,
            _ => OperatingSystem.IsLinux() ? ZmqScheme.Shm : OperatingSystem.IsWindows() ? ZmqScheme.Tcp : ZmqScheme.Ipc,
        };
        Label = string.Create(
            CultureInfo.InvariantCulture,
            $"Zmq({workers} {(workers == 1 ? "process" : "processes")}{(options.InOrder ? "" : " as they come")}, {method.Name}({ArgumentsLabel(method)}))");
    }

    internal override RootSeed Root { get; } = new(null);

    internal override string Label { get; }

    internal override bool InOrder => _options.InOrder;

    internal override int MaxRestarts => _options.MaxRestarts;

    internal override TimeSpan? StartTimeout => _options.StartTimeout;

    internal override bool IsShared => _scheme == ZmqScheme.Shm;

    /// <exception cref="ArgumentException">The method is not one that another process can call.</exception>
    /// <exception cref="ArgumentOutOfRangeException">No worker, or an option out of its range.</exception>
    [RequiresUnreferencedCode(NeedsReflection)]
    internal static ProcessPlan Of(Delegate method, string? arguments, bool isSharded, int workers, WorkerOptions? options)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(workers, 1);
        options ??= WorkerOptions.Default;
        options.Check();
        return new ProcessPlan(WorkerMethod.Of(method, arguments, isSharded), workers, options);
    }

    internal override Inlet OpenInlet(int number, Doorbell doorbell, StreamScope scope) => LinkFactory.Open(
        PrivateEndpoint.Of(_scheme), true, ZmqPattern.Pair, new InletSettings(1, Options, LossIsFailure: true), doorbell, scope);

    internal override WorkerRunner CreateRunner(int number) => new ProcessRunner(_method, number, Workers, _options);

    private static string ArgumentsLabel(WorkerMethod method) => method.Arguments switch
    {
        null => "",
        { Length: <= LongestArguments } json => json,
        string json => $"SHA-256 {Convert.ToHexString(SHA256.HashData(Encoding.UTF8.GetBytes(json)))}",
    };
}
