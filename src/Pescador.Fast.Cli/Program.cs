return Pescador.Fast.Cli.PescadorCommand.Run(args);
