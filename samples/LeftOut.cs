// Stands for a program whose package was not asked for.
Console.Error.WriteLine("This program needs a package that is not restored by default. Run it with: dotnet run -c Release --project PATH -p:TrainerPackages=true");
return 1;
