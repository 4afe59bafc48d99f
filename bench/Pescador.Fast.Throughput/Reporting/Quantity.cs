using System.Globalization;

namespace Pescador.Fast.Throughput;

/// <summary>How a field's number is written for people.</summary>
internal static class Quantity
{
    internal static string UnitOf(string field) => field switch
    {
        "samples_per_second" or "reference_samples_per_second" => "samples/s",
        "slots_per_second" => "slots/s",
        "batches_per_second" => "batches/s",
        "gigabytes_per_second" or "reference_gigabytes_per_second" => "GB/s",
        "milliseconds" or "step_milliseconds" or "reference_step_milliseconds" => "ms",
        "peak_resident_bytes" or "resident_bytes_at_first" or "resident_bytes_at_last" or "peak_budget_bytes" or "corpus_bytes" => "B",
        "nanoseconds_per_sample" => "ns",
        "microseconds_per_opening" or "microseconds" or "onnx_microseconds" => "µs",
        "allocated_bytes_per_sample" or "producer_allocated_bytes_per_sample" => "B/sample",
        "allocated_bytes_per_batch" => "B/batch",
        "allocated_bytes_per_handover" or "onnx_allocated_bytes_per_handover" => "B",
        _ => "",
    };

    internal static string Format(string field, double value) => $"{Number(value)} {UnitOf(field)}".TrimEnd();

    /// <summary>A figure with its range.</summary>
    internal static string Format(string field, Figure figure) =>
        $"{Number(figure.Median)} ({Number(figure.Min)} .. {Number(figure.Max)}) {UnitOf(field)}".TrimEnd();

    /// <summary>Three digits that count.</summary>
    internal static string Number(double value) => Math.Abs(value) switch
    {
        0 => "0",
        >= 999.5e6 => value.ToString("0.0e0", CultureInfo.InvariantCulture),
        >= 999.5e3 => $"{Digits(value / 1e6)} M",
        >= 9999.5 => $"{Digits(value / 1e3)} k",
        < 0.001 => value.ToString("0e0", CultureInfo.InvariantCulture),
        _ => Digits(value),
    };

    private static string Digits(double value) => Math.Abs(value) switch
    {
        >= 100 => value.ToString("0", CultureInfo.InvariantCulture),
        >= 10 => value.ToString("0.#", CultureInfo.InvariantCulture),
        >= 1 => value.ToString("0.##", CultureInfo.InvariantCulture),
        _ => value.ToString("0.###", CultureInfo.InvariantCulture),
    };
}
