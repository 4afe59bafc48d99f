using System.CommandLine;
using Pescador.Fast.Cli.Running;
using Pescador.Fast.Cli.Streaming;

namespace Pescador.Fast.Cli.Draining;

/// <summary><c>pescador drain</c></summary>
internal static class DrainCommand
{
    private const int MostKept = 1 << 20;
    private const int MostWorkers = 1 << 16;

    internal static Command Create()
    {
        var transport = new TransportArguments();
        var endpoint = new Argument<string>("EP") { Description = "Where: tcp://127.0.0.1:5555, ipc:///run/batches, shm:///run/batches; to bind also tcp://127.0.0.1:0 or :5000-5999." };
        endpoint.Validators.Add(static argument => SourceArguments.RefuseOptions(argument, static _ => ""));
        var bind = new Option<bool>("--bind") { Description = "Bind the endpoint; producers connect, as pescador's in Python do. [default: connect to a producer that binds it]" };
        var pull = new Option<bool>("--pull") { Description = "Gather from any number of producers (PULL). [default: one producer (PAIR)]" };
        Option<int> workers = new Option<int>("--workers") { Description = "With --pull, how many producers: the stream has ended when so many have.", DefaultValueFactory = static _ => 1, HelpName = "N" }
            .AtLeastOne().AtMost(MostWorkers);
        Option<int> depth = new Option<int>("--depth") { Description = "How many batches wait here, per producer.", DefaultValueFactory = static _ => ZmqOptions.Default.Depth, HelpName = "N" }
            .AtLeastOne().AtMost(MostKept);
        var verbose = new Option<bool>("--verbose") { Description = "After a producer's error, print its stack, too." };
        var command = new Command("drain", """
            Consume what serve, or pescador in Python, sends, and let it go: how fast it comes, and who waits for whom.

            Examples:
              pescador drain tcp://127.0.0.1:5555
              pescador drain shm:///tmp/batches --seconds 10 --json
            From another host, which runs 'pescador serve shards/ --endpoint tcp://10.0.0.1:5555 --allow-plaintext':
              pescador drain tcp://10.0.0.1:5555 --allow-plaintext
            From four hosts, each of which runs 'pescador serve ... --endpoint tcp://10.0.0.9:5555 --connect --push':
              pescador drain tcp://10.0.0.9:5555 --bind --pull --workers 4 --allow-plaintext
            From a worker in Python that connects a PAIR socket to port 5555, as pescador's ZMQStreamer does:
              pescador drain tcp://127.0.0.1:5555 --bind
            """);
        command.Arguments.Add(endpoint);
        foreach (Option option in (Option[])[bind, pull, workers, depth, verbose])
        {
            command.Options.Add(option);
        }

        transport.AddTo(command);
        command.Does((parsed, cancellation) =>
        {
            if (parsed.GetValue(workers) > 1 && !parsed.GetValue(pull))
            {
                throw new ArgumentException($"--workers {parsed.GetValue(workers)} goes with --pull, here and --push there: PAIR sockets have one producer.");
            }

            var plan = new DrainPlan(
                parsed.GetRequiredValue(endpoint),
                parsed.GetValue(bind),
                parsed.GetValue(workers),
                parsed.GetValue(pull) ? ZmqPattern.PushPull : ZmqPattern.Pair,
                new ZmqOptions { AllowPlaintext = transport.AllowsPlaintext(parsed), Depth = parsed.GetValue(depth) },
                transport.Duration(parsed),
                transport.HasChecksum(parsed));
            return WithStack(
                parsed.GetValue(verbose), () => TransportArguments.InOurWords(() => Run(plan, transport.IsJson(parsed), cancellation)));
        });
        return command;
    }

    private static int Run(DrainPlan plan, bool json, CancellationToken cancellation)
    {
        string verb = plan.IsBinding ? "draining at" : "draining";
        using var session = new DrainSession(plan, endpoint => TransportArguments.Announce($"{verb} {endpoint}", json));
        DrainSummary summary;
        if (json)
        {
            summary = session.Run(cancellation);
            JsonOutput.Write(DrainJson.Of(summary, plan));
        }
        else
        {
            var screen = new DrainScreen(plan);
            summary = screen.Run(session, Screen.Out(), cancellation);
            Screen.Out().Write(screen.Summary(summary));
        }

        summary.Error?.Throw();
        return summary.End == StreamEnd.Interrupted ? ExitCode.Interrupted : ExitCode.Done;
    }

    private static int WithStack(bool isVerbose, Func<int> work)
    {
        try
        {
            return work();
        }
        catch (RemoteException error) when (isVerbose && error.RemoteStackTrace.Length > 0)
        {
            CommandRun.Say(error.RemoteStackTrace);
            throw;
        }
    }
}
