System.Console.WriteLine("throughput");
