// One host has the data and serves it, another trains. TwoHosts serve ENDPOINT | TwoHosts train ENDPOINT
using System.Globalization;
using Pescador.Fast;

if (args is ["serve", string here])
{
    string path = Path.Combine(AppContext.BaseDirectory, "digits.csv.gz");

    // <serve>
    // On the host with the data. Beyond the loopback nothing is bound unless that is allowed: whoever reaches the port can read the stream.
    var rows = Source.Csv(path, new CsvFormat { Label = "-1", HasHeader = false }).Rows(RowOrder.Permuted).Cycle();
    var options = new ZmqOptions { AllowPlaintext = true, Bound = endpoint => Console.WriteLine($"serving at {endpoint}") };
    rows.Buffer(64).Take(1000).Serve(here, options: options);    // returns when the consumer has the end
    // </serve>
    return 0;
}

if (args is ["train", string there])
{
    // <train>
    // On the host with the trainer. Each batch is received into a slab, where it is computed on, and goes back when it is disposed.
    var batches = ZmqStreamer.Connect(there, options: new ZmqOptions { AllowPlaintext = true });
    var classifier = new SgdClassifier(classes: 10);
    foreach (Sample batch in batches)
    {
        using (batch)
        {
            classifier.PartialFit(batch);
        }
    }
    // </train>

    Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"learned from {classifier.SamplesSeen} images"));
    return 0;
}

Console.Error.WriteLine("TwoHosts serve ENDPOINT | TwoHosts train ENDPOINT, as in tcp://*:5555 and tcp://10.0.0.1:5555");
return 2;
