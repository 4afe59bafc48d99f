using System.CommandLine;
using Pescador.Fast.Cli.Demo;

var root = new RootCommand("pescador streams training data: draws samples from very many sources, mixes them and stacks them into batches.")
{
    DemoCommand.Create(),
};
return root.Parse(args).Invoke();
