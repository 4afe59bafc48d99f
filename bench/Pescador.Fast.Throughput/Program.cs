using System.CommandLine;
using System.Globalization;
using Pescador.Fast.Throughput;

const int NotVerified = 1;
const int WrongUse = 2;

if (args is [ManyFiles.ChildOption, var folder, var files, var mappings, var time])
{
    return ManyFiles.RunAsChild(
        folder,
        int.Parse(files, CultureInfo.InvariantCulture),
        int.Parse(mappings, CultureInfo.InvariantCulture),
        double.Parse(time, CultureInfo.InvariantCulture));
}

if (args is [ProducerProgram.ChildOption, var kind, var scheme, var length, var filling])
{
    return ProducerProgram.Run(kind, scheme, length, filling);
}

var names = new Option<string[]>("--workload")
{
    Description = "Runs this workload; may be given several times. All of them when left out.",
    HelpName = "NAME",
};
var seconds = new Option<double>("--seconds")
{
    Description = "Measured time per workload, all rounds together; warm-up and set-up come on top.",
    DefaultValueFactory = static _ => 3,
};
var json = new Option<bool>("--json") { Description = "Prints one JSON object per line and workload, and nothing else." };
var list = new Option<bool>("--list") { Description = "Lists the workloads and what is to be reached." };
var scaling = new Option<bool>("--scaling") { Description = "Runs the workloads that show how the cost grows with the work." };
var formats = new Option<bool>("--formats") { Description = "Runs the workloads that show what each format of files costs." };
var plot = new Option<FileInfo?>("--plot")
{
    Description = "With --scaling: draws what was measured into this SVG file.",
    HelpName = "FILE.svg",
};
var mixing = new Option<DirectoryInfo?>("--mixing")
{
    Description = "Draws the pictures of docs/out-of-core.md into this folder, and checks their formulas against the mux; measures nothing.",
    HelpName = "FOLDER",
};
seconds.Validators.Add(result =>
{
    if (result.GetValueOrDefault<double>() is not (> 0 and <= 3600))
    {
        result.AddError("--seconds must be above 0 and at most 3600.");
    }
});

var root = new RootCommand("Measures the throughput of Pescador.Fast end to end, and verifies what was delivered.")
{
    names, seconds, json, list, scaling, formats, plot, mixing,
};
root.SetAction(arguments =>
{
    if (arguments.GetValue(mixing) is { } pictures)
    {
        return DrawMixing(pictures);
    }

    IReadOnlyList<Workload> group = arguments.GetValue(scaling) ? Workloads.Scaling : arguments.GetValue(formats) ? Workloads.Formats : Workloads.Main;
    if (arguments.GetValue(list))
    {
        foreach (Workload workload in group)
        {
            Console.WriteLine($"{workload.Name,-34} {workload.What,-80} {string.Join("; ", workload.Targets.AsEnumerable())}".TrimEnd());
        }

        return 0;
    }

    string[] asked = arguments.GetValue(names) ?? [];
    Dictionary<string, Workload> known = Workloads.Main.Concat(Workloads.Scaling).Concat(Workloads.Formats).ToDictionary(static workload => workload.Name);
    if (asked.FirstOrDefault(name => !known.ContainsKey(name)) is { } unknown)
    {
        IEnumerable<string> there = Workloads.Main.Select(static workload => workload.Name);
        Console.Error.WriteLine($"There is no workload '{unknown}'; there are {string.Join(", ", there)}, and those of --scaling --list and --formats --list.");
        return WrongUse;
    }

    IReadOnlyList<Workload> chosen = asked.Length == 0 ? WhatCanRun(group) : [.. asked.Select(name => known[name])];
    if (arguments.GetValue(plot) is not null && chosen.All(static workload => workload.Point is null))
    {
        Console.Error.WriteLine("--plot draws the workloads of --scaling; none of them was asked for.");
        return WrongUse;
    }

    var measure = new Measure(TimeSpan.FromSeconds(arguments.GetValue(seconds)));
    return RunAll(chosen, measure, arguments.GetValue(json), arguments.GetValue(plot));
});

ParseResult parsed = root.Parse(args);
int exitCode = parsed.Invoke();
return parsed.Errors.Count > 0 ? WrongUse : exitCode;

// Who names none wants what this machine can do; who names one is told as a failure what it lacks.
static List<Workload> WhatCanRun(IReadOnlyList<Workload> workloads)
{
    ILookup<string, Workload> byLack = workloads.ToLookup(static workload => workload.Missing() ?? "");
    foreach (IGrouping<string, Workload> lacking in byLack.Where(static lacking => lacking.Key.Length > 0))
    {
        Console.Error.WriteLine($"{string.Join(", ", lacking.Select(static workload => workload.Name))}: left out: {lacking.Key}");
    }

    return [.. byLack[""]];
}

static int DrawMixing(DirectoryInfo folder)
{
    try
    {
        MixingPictures.Draw(folder.FullName, Console.Out);
        return 0;
    }
    catch (VerificationException failure)
    {
        Console.Error.WriteLine($"not verified: {failure.Message}");
        return NotVerified;
    }
}

static int RunAll(IReadOnlyList<Workload> workloads, Measure measure, bool isJson, FileInfo? plot)
{
    var report = Report.Create(isJson, workloads);
    var outcomes = new List<(Workload, Outcome)>();
    bool areVerified = true;
    foreach (Workload workload in workloads)
    {
        report.Begin(workload);
        Outcome outcome = workload.RunVerified(measure);
        report.Write(workload, outcome);
        outcomes.Add((workload, outcome));
        if (!outcome.IsVerified)
        {
            areVerified = false;
            Console.Error.WriteLine($"{workload.Name}: not verified: {outcome.Failure}");
        }
    }

    if (plot is not null)
    {
        File.WriteAllText(plot.FullName, ScalingPicture.Draw(outcomes));
    }

    return areVerified ? 0 : NotVerified;
}
