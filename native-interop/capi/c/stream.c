/*
 * Drains a stream, and prints how much it was, a checksum of its bytes, and the stream's counters.
 *
 *     cc -O2 -Inative-interop/capi/include -Inative-interop/capi/c native-interop/capi/c/stream.c native-interop/capi/c/pescador_fast_host.c -o stream -ldl
 *     ./stream native-interop/capi/bin/Release/net10.0 '{"files": ["samples/data/iris.csv"], "csv_label": -1, "mux": {"mode": "exhaustive"}}'
 */
#include "pescador_fast_host.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

/* FNV-1a, 64 bits. */
static uint64_t add(uint64_t sum, const unsigned char *bytes, int64_t count) {
    for (int64_t i = 0; i < count; i++) sum = (sum ^ bytes[i]) * UINT64_C(0x100000001b3);
    return sum;
}

int main(int count, char **arguments) {
    if (count != 3) {
        fprintf(stderr, "usage: stream FOLDER DESCRIPTION\n");
        return 2;
    }

    pf_api api;
    char error[2048];
    if (pescador_fast_start(arguments[1], &api, error, sizeof error) != 0) {
        fprintf(stderr, "%s\n", error);
        return 1;
    }

    pf_stream stream;
    if (api.open_stream(arguments[2], strlen(arguments[2]), NULL, 0, &stream) < 0) {
        fprintf(stderr, "%s\n", api.last_error());
        return 1;
    }

    pf_batch_info batch;
    uint64_t sum = UINT64_C(0xcbf29ce484222325);
    int64_t rows = 0;
    int code;
    while ((code = api.next(stream, -1, &batch)) == PF_BATCH) {
        for (uint32_t i = 0; i < batch.tensor_count; i++) {
            pf_tensor_info tensor;
            api.describe_tensor(batch.batch, i, &tensor); // its memory: good until the batch is released
            sum = add(sum, tensor.data, tensor.size_in_bytes);
        }
        rows += batch.rows;
        api.release_batch(batch.batch);
    }

    if (code < 0) fprintf(stderr, "%s\n", api.last_error());
    void *text;
    size_t size;
    if (api.counters(stream, &text, &size) == PF_OK) {
        printf("%" PRId64 " rows, checksum %016" PRIx64 "\n%s\n", rows, sum, (const char *)text);
        api.free_buffer(text);
    }
    api.close_stream(stream);
    return code < 0;
}
