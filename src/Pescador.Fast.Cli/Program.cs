System.Console.WriteLine("pescador");
