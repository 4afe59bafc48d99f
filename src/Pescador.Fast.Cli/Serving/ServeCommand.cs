using System.CommandLine;
using Pescador.Fast.Cli.Running;
using Pescador.Fast.Cli.Streaming;

namespace Pescador.Fast.Cli.Serving;

/// <summary><c>pescador serve</c></summary>
internal static class ServeCommand
{
    internal static Command Create()
    {
        var stream = new StreamArguments();
        var transport = new TransportArguments();
        var endpoint = new Option<string>("--endpoint")
        {
            Description = "Where: tcp://127.0.0.1:5555 (port 0: any that is free; 5000-5999: one of these), ipc:///run/batches, shm:///run/batches.",
            HelpName = "EP",
            Required = true,
        };
        var connect = new Option<bool>("--connect") { Description = "Connect to a consumer that binds the endpoint, as pescador's in Python do. [default: bind it]" };
        var push = new Option<bool>("--push") { Description = "Spread the batches over all consumers that connect (PUSH). [default: one consumer (PAIR)]" };
        Option<int?> epochs = new Option<int?>("--epochs") { Description = "How often, with --mode exhaustive. [default: 1]", HelpName = "N" }.AtLeastOne();
        Option<long?> batches = new Option<long?>("--batches") { Description = "How many batches at most.", HelpName = "N" }.AtLeastOne();
        var command = new Command("serve", """
            Serve batches, as stream draws them, to consumers in other processes or on other hosts.
            It ends when the stream does, when the consumer has left, or with Ctrl-C; only --mode exhaustive ends by itself.

            Examples:
              pescador serve shards/ --endpoint tcp://127.0.0.1:5555
              pescador serve shards/ --endpoint shm:///tmp/batches --mode exhaustive --epochs 10
            To another host, which runs 'pescador drain tcp://10.0.0.1:5555 --allow-plaintext':
              pescador serve shards/ --endpoint tcp://10.0.0.1:5555 --allow-plaintext
            To a consumer in Python that binds a PAIR socket at port 5555, as pescador's ZMQStreamer does:
              pescador serve shards/ --endpoint tcp://127.0.0.1:5555 --connect
            """);
        command.Options.Add(endpoint);
        command.Options.Add(connect);
        command.Options.Add(push);
        stream.AddTo(command);
        command.Options.Add(epochs);
        command.Options.Add(batches);
        transport.AddTo(command);
        command.Does((parsed, cancellation) =>
        {
            (IReadOnlyList<Source> files, StreamPlan what) = stream.Read(parsed, transport.Duration(parsed) ?? StreamPlan.Endless);
            if (parsed.GetValue(epochs) is not null && what.Mode != StochasticMode.Exhaustive)
            {
                throw new ArgumentException($"--epochs goes with --mode exhaustive; {StreamArguments.NameOf(what.Mode)} has no end.");
            }

            var plan = new ServePlan(
                what,
                parsed.GetValue(epochs) ?? 1,
                parsed.GetValue(batches),
                parsed.GetRequiredValue(endpoint),
                !parsed.GetValue(connect),
                parsed.GetValue(push) ? ZmqPattern.PushPull : ZmqPattern.Pair,
                new ZmqOptions { AllowPlaintext = transport.AllowsPlaintext(parsed) },
                transport.HasChecksum(parsed));
            return TransportArguments.InOurWords(() => Run(files, plan, transport.IsJson(parsed), cancellation));
        });
        return command;
    }

    private static int Run(IReadOnlyList<Source> files, ServePlan plan, bool json, CancellationToken cancellation)
    {
        string verb = plan.IsBinding ? "serving at" : "serving to";
        using var session = new ServeSession(files, plan, endpoint => TransportArguments.Announce($"{verb} {endpoint}", json));
        ServeSummary summary;
        if (json)
        {
            summary = session.Run(cancellation);
            JsonOutput.Write(ServeJson.Of(summary, plan, files.Count));
        }
        else
        {
            var screen = new ServeScreen(plan, files.Count);
            summary = screen.Run(session, Screen.Out(), cancellation);
            Screen.Out().Write(screen.Summary(summary));
        }

        summary.Error?.Throw();
        return summary.End == StreamEnd.Interrupted ? ExitCode.Interrupted : ExitCode.Done;
    }
}
