using System.Buffers;
using System.Text.Json;

namespace Pescador.Fast;

/// <summary>What a stream has done so far.</summary>
internal readonly record struct StreamCounters(
    long Samples, long Batches, long BudgetLimit, long BudgetUsed, long BudgetPeak, PoolCounters Pool, PrefetchCounters Prefetch, WorkingSetCounters Files, long Skipped)
{
    /// <summary>As an object of JSON; its members stand in pescador_fast.h.</summary>
    internal ReadOnlySpan<byte> ToJson()
    {
        var bytes = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(bytes))
        {
            json.WriteStartObject();
            json.WriteNumber("samples", Samples);
            json.WriteNumber("batches", Batches);
            json.WriteNumber("skipped", Skipped);
            json.WriteNumber("budget_limit", BudgetLimit);
            json.WriteNumber("budget_used", BudgetUsed);
            json.WriteNumber("budget_peak", BudgetPeak);
            json.WriteNumber("pool_rented", Pool.Rented);
            json.WriteNumber("pool_returned", Pool.Returned);
            json.WriteNumber("pool_waited", Pool.Waited);
            json.WriteNumber("pool_forgotten", Pool.Forgotten);
            json.WriteNumber("prefetch_ready", Prefetch.Ready);
            json.WriteNumber("consumer_wait_seconds", Prefetch.ConsumerWait.TotalSeconds);
            json.WriteNumber("producer_wait_seconds", Prefetch.ProducerWait.TotalSeconds);
            json.WriteString("explanation", Prefetch.Explain());
            json.WriteNumber("files_open", Files.Open);
            json.WriteNumber("files_opened_ahead", Files.OpenedAhead);
            json.WriteNumber("files_hits", Files.Hits);
            json.WriteNumber("files_misses", Files.Misses);
            json.WriteNumber("process_batches_out", LentBatch.Outstanding);
            json.WriteNumber("process_leases_out", NativeLease.Outstanding);
            json.WriteEndObject();
        }

        return bytes.WrittenSpan;
    }
}
