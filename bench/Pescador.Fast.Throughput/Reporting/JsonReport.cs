using System.Text.Encodings.Web;
using System.Text.Json;

namespace Pescador.Fast.Throughput;

/// <summary>One JSON object per line and workload, and nothing else.</summary>
internal sealed class JsonReport(Stream output) : Report
{
    // The output is read by programs, never put into a web page: no \u00b5 for a µ.
    private static readonly JsonWriterOptions Options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    internal override void Begin(Workload workload)
    {
    }

    internal override void Write(Workload workload, Outcome outcome)
    {
        using (var writer = new Utf8JsonWriter(output, Options))
        {
            writer.WriteStartObject();
            writer.WriteString("workload", workload.Name);
            foreach (OutcomeField field in outcome.Fields)
            {
                Write(writer, field);
            }

            if (outcome.Failure is { } failure)
            {
                writer.WriteString("failure", failure);
            }

            writer.WriteBoolean("verified", outcome.IsVerified);
            writer.WriteEndObject();
        }

        output.WriteByte((byte)'\n');
        output.Flush();
    }

    private static void Write(Utf8JsonWriter writer, OutcomeField field)
    {
        if (field.Figure is { } figure)
        {
            writer.WriteNumber(field.Name, Rounded(figure.Median));
            writer.WriteNumber(field.Name + "_min", Rounded(figure.Min));
            writer.WriteNumber(field.Name + "_max", Rounded(figure.Max));
        }
        else if (field.Number is { } number)
        {
            writer.WriteNumber(field.Name, Rounded(number));
        }
        else
        {
            writer.WriteString(field.Name, field.Text);
        }
    }

    // To six digits that count: no measurement has more.
    private static double Rounded(double value)
    {
        if (value == 0 || !double.IsFinite(value))
        {
            return value;
        }

        double scale = Math.Pow(10, 5 - Math.Floor(Math.Log10(Math.Abs(value))));
        return scale >= 1 ? Math.Round(value * scale) / scale : Math.Round(value);
    }
}
