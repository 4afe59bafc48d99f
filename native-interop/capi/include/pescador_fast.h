/*
 * Pescador.Fast for C, and for every language that can call C: streams of training batches, as tensors where they lie.
 *
 * A table of functions (pf_api) is what there is. pescador_fast_host.h gets one from the .NET assembly; an assembly compiled ahead of time exports
 * pescador_fast_get_api by that name.
 *
 *     pf_stream stream;
 *     const char *description = "{\"files\": [\"data/\"], \"batch\": 128}";
 *     if (api->open_stream(description, strlen(description), NULL, 0, &stream) < 0) fail(api->last_error());
 *     pf_batch_info batch;
 *     int code;
 *     while ((code = api->next(stream, -1, &batch)) == PF_BATCH) {
 *         pf_tensor_info x;
 *         uint32_t index;
 *         api->find_tensor(batch.batch, "X", 1, &index);
 *         api->describe_tensor(batch.batch, index, &x);      // x.data: batch.rows rows, aligned to 64 bytes
 *         api->release_batch(batch.batch);
 *     }
 *     if (code < 0) fail(api->last_error());
 *     api->close_stream(stream);
 *
 * Errors. Every function returns a code, negative when it failed; last_error then has the message. Nothing is thrown, nothing aborts: handles that
 * were closed or released, that are of another kind, or that never were, are told apart and are errors. Pointers are checked for NULL and otherwise
 * believed.
 *
 * Ownership. Whoever opened a stream closes it; whoever got a batch releases it, once each. A stream has prefetch + 3 slabs of memory for its batches:
 * who keeps more of them than there are waits for ever in vain, and after the description's timeout gets an error that says so. A batch, and what was
 * exported of it, stays good when its stream is closed. What was exported of a batch stays good when the batch is released: the slab is lent to nobody
 * else until the last deleter was called.
 *
 * Threads. All functions may be called by any thread. One thread at a time pulls a stream: a second one waits. cancel and close_stream may be called
 * while another thread waits in next, which then returns PF_ERROR_CANCELLED. Deleters may be called by any thread. After fork() the child must not call
 * anything here, deleters included: .NET's threads are not in it, and where DOTNET_EnableWriteXorExecute is not 0 it would write over its parent's code.
 */
#ifndef PESCADOR_FAST_H
#define PESCADOR_FAST_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#define PF_API_VERSION 1u

enum {
    PF_OK = 0,                  /* done; of next: the end of the stream */
    PF_BATCH = 1,               /* of next: there is one */
    PF_NOT_YET = 2,             /* of next: nothing came in that time; nothing is lost, ask again */
    PF_ERROR_ARGUMENT = -1,     /* a null pointer, an index that is too large, an unknown option, a table of another version */
    PF_ERROR_HANDLE = -2,       /* a stream, batch or buffer that is none, or is none any more */
    PF_ERROR_DESCRIPTION = -3,  /* the message names the member, what was expected and what was given */
    PF_ERROR_DATA = -4,         /* a file that is not there, is damaged, or not what it says: the message has file, row and reason */
    PF_ERROR_STREAM = -5,       /* budget too small, batches not released in time, a state of another stream, muxes that cannot work as asked */
    PF_ERROR_CANCELLED = -6,    /* cancel, or close_stream by another thread */
    PF_ERROR_FILE = -7,         /* the operating system refuses a file */
    PF_ERROR_MEMORY = -8,
    PF_ERROR_INTERNAL = -9      /* a fault of this library; the message says where */
};

typedef uint64_t pf_stream;     /* 0 is none */
typedef uint64_t pf_batch;

typedef struct pf_batch_info {
    pf_batch batch;
    uint64_t form;              /* the same number: the same names, element types and shapes, in this process */
    int64_t rows;               /* length of the first axis; -1 where the tensors share none */
    uint32_t tensor_count;
    uint32_t reserved;
} pf_batch_info;

typedef struct pf_type {        /* DLPack's DLDataType */
    uint8_t code;               /* 0 int, 1 uint, 2 float, 6 bool */
    uint8_t bits;
    uint16_t lanes;             /* 1 */
} pf_type;

typedef struct pf_tensor_info { /* what the pointers lead to is good until the batch is released */
    const char *name;           /* UTF-8, ends in a zero */
    void *data;                 /* dense, row-major, aligned to 64 bytes, in host memory */
    const int64_t *shape;
    int64_t size_in_bytes;
    int32_t ndim;               /* 0 for a scalar */
    pf_type type;
} pf_tensor_info;

enum {                          /* options of export_tensor and export_capsule; to be or-ed */
    PF_EXPORT_VERSIONED = 1,    /* DLManagedTensorVersioned (DLPack 1.0) instead of DLManagedTensor */
    PF_EXPORT_COPY = 2,         /* a copy, aligned to 64 bytes, with DLPACK_FLAG_BITMASK_IS_COPIED, which no budget counts; else the batch's own memory,
                                   to be read or written */
    PF_EXPORT_BYTES_FOR_BOOL = 4 /* bool as uint8 */
};

/*
 * The description of a stream: JSON (UTF-8, up to 16 MiB), one object; every member but files may be left out or null. Names and defaults are those of
 * the command's options. Relative paths begin at the process's current folder.
 *
 *   files          array of strings, or one: files (.npy .npz .safetensors .tar .csv .csv.gz), folders of them, and patterns of both, with * and ? and
 *                  ** for any folders. STEM.X.npy and STEM.Y.npy belong together. Required.
 *   csv_label      column of a .csv that is the label Y: name, or position from 0, from the end where negative
 *   csv_separator  character between the cells, or "tab"; ","
 *   csv_no_header  true: the first line is data; otherwise that is found out
 *   held_out       part of each file's rows that is held out, above 0 and below 1
 *   part           "all", "training" (the default with held_out), "held_out"
 *   split_seed     decides which rows are held out; 1. It does not change with seed.
 *   rows           "random" (endless, with replacement), "in_order", "permuted" (each once); permuted with a mux that ends, else random
 *   mux            object:
 *     kind         "stochastic", "shuffled", "round_robin", "chain"; stochastic
 *     active       stochastic: how many files are open at once; 100, or all where there are fewer
 *     rate         stochastic: mean number of samples of a file before it is replaced; 64, or all in mode exhaustive
 *     mode         stochastic: "single_active" (the default), "with_replacement", "exhaustive" (each file once: an epoch);
 *                  round_robin: "exhaustive" (the default), "cycle", "permuted_cycle"; chain: "exhaustive" (the default), "cycle"
 *     weights      stochastic, shuffled: array of numbers, the share of each file in the order of the paths; equal
 *   batch          samples per batch; 128
 *   partial        whether the short last batch is given; true
 *   float32        names of tensors that are converted to float32
 *   seed           the same seed gives the same batches; 1
 *   epoch          which of the seed's runs, from 0: another order for each; 0
 *   epochs         how many passes before the end, 0 for no end; 1. Only for streams that end.
 *   budget         ceiling on the memory for batches and for what is inflated or parsed: bytes, or as in "64MB", "1.5GiB"; "512MB"
 *   prefetch       how many batches a background thread keeps ready, at least 1; 2
 *   skip_bad       how many rows that cannot be read may be passed over; 0
 *   timeout        how long a batch waits for memory that the consumer has, in seconds; 10
 */
typedef struct pf_api {
    uint32_t version;
    uint32_t size;

    /* Opens a stream. state, with state_size bytes that save gave, goes on where it was saved; 0 bytes begin anew. */
    int (*open_stream)(const char *description, size_t description_size, const void *state, size_t state_size, pf_stream *stream);

    /* The next batch: PF_BATCH, PF_OK at the end, PF_NOT_YET after timeout_ms milliseconds (negative waits for ever), or an error, which is told again by
       every later call. */
    int (*next)(pf_stream stream, int32_t timeout_ms, pf_batch_info *batch);

    /* Ends the wait of whoever is in next, and every later one. The stream is still to be closed. */
    int (*cancel)(pf_stream stream);

    /* Ends the stream, its threads and files; cancels it before. */
    int (*close_stream)(pf_stream stream);

    /* Where the stream stands right after the last batch given; to be given back to free_buffer. An error where another thread keeps waiting in next. */
    int (*save)(pf_stream stream, void **state, size_t *size);

    /* What the stream has done, as one object of JSON that ends in a zero byte; to be given back to free_buffer: samples, batches, skipped, budget_limit,
       budget_used, budget_peak (bytes), pool_rented, pool_returned, pool_waited, pool_forgotten (slabs), prefetch_ready, consumer_wait_seconds,
       producer_wait_seconds, explanation, files_open, files_opened_ahead, files_hits, files_misses, process_batches_out, process_leases_out. */
    int (*counters)(pf_stream stream, void **text, size_t *size);

    /* NULL does nothing; what was not given out, or was given back, is an error. */
    int (*free_buffer)(void *buffer);

    int (*describe_batch)(pf_batch batch, pf_batch_info *info);
    int (*describe_tensor)(pf_batch batch, uint32_t index, pf_tensor_info *info);
    int (*find_tensor)(pf_batch batch, const char *name, size_t name_size, uint32_t *index);

    /* A tensor as DLPack, without a copy: a DLManagedTensor, or DLManagedTensorVersioned, on the CPU, with strides. Its deleter is to be called once, by
       any thread, also after the batch was released and the stream closed. */
    int (*export_tensor)(pf_batch batch, uint32_t index, uint32_t options, void **managed);

    int (*release_batch)(pf_batch batch);

    /* The message of this thread's last failed call, UTF-8; "" where none has failed. Good until the next one fails. */
    const char *(*last_error)(void);

    /* For Python: where PyCapsule_New, PyCapsule_IsValid, PyCapsule_GetPointer, Py_IncRef and None are; and a tensor in a capsule, as __dlpack__ returns
       it: a new reference, to None where it failed (NULL before use_python). The caller has the interpreter's lock. A capsule that nobody consumed frees
       its tensor. */
    int (*use_python)(void *capsule_new, void *capsule_is_valid, void *capsule_get_pointer, void *inc_ref, void *none);
    void *(*export_capsule)(pf_batch batch, uint32_t index, uint32_t options);
} pf_api;

/* Fills a table; size is sizeof(pf_api). */
typedef int (*pf_get_api)(uint32_t version, pf_api *api, uint32_t size);

#ifdef __cplusplus
}
#endif

#endif
