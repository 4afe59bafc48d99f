namespace Pescador.Fast.Zmq.Tests.Links;

/// <summary>Endpoints that no other test has.</summary>
internal static class TestEndpoints
{
    private static int _last;

    internal static string New(string scheme) => scheme switch
    {
        "tcp" => "tcp://127.0.0.1:0",
        "ipc" => $"ipc://@pescador-links-{Environment.ProcessId}-{Interlocked.Increment(ref _last)}",
        _ => $"inproc://links-{Interlocked.Increment(ref _last)}",
    };
}
