/* libtorch for Pescador.Fast: tensors over memory that is not libtorch's, small models, and their training.
 *
 * Every function returns PESCADOR_TORCH_OK or the number of what went wrong; pescador_torch_last_error then has a message, of this
 * thread, until the next call that fails on it. No exception leaves the library. Handles are good until they are freed; freeing NULL
 * does nothing. A handle is used by one thread at a time; different ones by any.
 */
#ifndef PESCADOR_TORCH_H
#define PESCADOR_TORCH_H

#include <stdint.h>

#define PESCADOR_TORCH_INTERFACE 2 /* raised whenever a declaration below changes */

#define PESCADOR_TORCH_OK 0
#define PESCADOR_TORCH_FAILED 1   /* see pescador_torch_last_error */
#define PESCADOR_TORCH_DIVERGED 2 /* the loss is not finite; nothing was learned from the batch */

#define PESCADOR_TORCH_CALL __attribute__((visibility("default")))

#ifdef __cplusplus
extern "C" {
#endif

/* A dense, row-major tensor in foreign memory. */
typedef struct pescador_torch_memory {
    void *address;        /* of the first element */
    const int64_t *shape; /* [rank]; read during the call only */
    int32_t rank;         /* 0 for a scalar */
    int32_t element_type; /* 0 float32, 1 float64, 2 float16, 3 int8, 4 uint8, 5 int16, 7 int32, 9 int64, 11 bool (Pescador.Fast.ElementType) */
    /* Called with the context exactly once, when nothing of libtorch holds the memory any more; before the call returns if the call
     * fails. By any thread. NULL: the memory is good for the call alone. */
    void (*release)(void *context);
    void *context;
} pescador_torch_memory;

typedef struct pescador_torch_tensor pescador_torch_tensor;
typedef struct pescador_torch_model pescador_torch_model;
typedef struct pescador_torch_trainer pescador_torch_trainer;

/* PESCADOR_TORCH_INTERFACE of the library. */
PESCADOR_TORCH_CALL int pescador_torch_interface(int32_t *number);

/* The message of the last call that failed on this thread; good until the next one. */
PESCADOR_TORCH_CALL int pescador_torch_last_error(const char **message);

/* libtorch's version, as in "1.13.1"; good for ever. */
PESCADOR_TORCH_CALL int pescador_torch_version(const char **version);

/* Threads within one operation, of the whole process; set, they are OpenBLAS's, too. */
PESCADOR_TORCH_CALL int pescador_torch_get_threads(int32_t *threads);
PESCADOR_TORCH_CALL int pescador_torch_set_threads(int32_t threads);

/* The path, without links, of the library that libtorch's matrix products (sgemm_) come from; empty when that cannot be told. Good for ever. */
PESCADOR_TORCH_CALL int pescador_torch_blas(const char **path);

/* Tensors. */
PESCADOR_TORCH_CALL int pescador_torch_tensor_new(const pescador_torch_memory *memory, pescador_torch_tensor **tensor);
PESCADOR_TORCH_CALL int pescador_torch_tensor_address(const pescador_torch_tensor *tensor, void **address);
/* The tensor's rank, and as many of its lengths as there is room for. */
PESCADOR_TORCH_CALL int pescador_torch_tensor_shape(const pescador_torch_tensor *tensor, int64_t *shape, int32_t room, int32_t *rank);
PESCADOR_TORCH_CALL int pescador_torch_tensor_element_type(const pescador_torch_tensor *tensor, int32_t *element_type);
/* The same memory as [first axis, product of the others]: it stays out until this one is freed, too. */
PESCADOR_TORCH_CALL int pescador_torch_tensor_flatten(const pescador_torch_tensor *tensor, pescador_torch_tensor **alias);
PESCADOR_TORCH_CALL int pescador_torch_tensor_free(pescador_torch_tensor *tensor);

/* Models. The element type is 0 (float32) or 1 (float64); first weights are drawn from the seed alone, uniform in ±1/√fan-in. */
PESCADOR_TORCH_CALL int pescador_torch_linear(int64_t features, int64_t outputs, int32_t element_type, int64_t seed, pescador_torch_model **model);
PESCADOR_TORCH_CALL int pescador_torch_perceptron(
    int64_t features, int64_t hidden, int64_t outputs, int32_t element_type, int64_t seed, pescador_torch_model **model);
PESCADOR_TORCH_CALL int pescador_torch_convolutional(
    int64_t channels, int64_t height, int64_t width, int64_t outputs, int32_t element_type, int64_t seed, pescador_torch_model **model);
PESCADOR_TORCH_CALL int pescador_torch_model_parameter_count(const pescador_torch_model *model, int64_t *count);
/* All of them, in the order of the layers, weights before biases, row-major, in the model's element type; length is their number. */
PESCADOR_TORCH_CALL int pescador_torch_model_copy_parameters(const pescador_torch_model *model, void *values, int64_t length);
PESCADOR_TORCH_CALL int pescador_torch_model_save(const pescador_torch_model *model, const char *path);
/* Changes nothing unless all parameters fit. */
PESCADOR_TORCH_CALL int pescador_torch_model_load(pescador_torch_model *model, const char *path);
PESCADOR_TORCH_CALL int pescador_torch_model_free(pescador_torch_model *model);

/* Losses: 0 cross entropy (labels int64 [n]), 1 mean squared error (labels of the model's element type, as many as outputs). */

/* Rows whose greatest output is the label's (cross entropy; else 0), and the mean loss. */
PESCADOR_TORCH_CALL int pescador_torch_model_evaluate(
    const pescador_torch_model *model, int32_t loss_kind, const pescador_torch_memory *features, const pescador_torch_memory *labels,
    int64_t *right, double *loss);
/* The outputs of each row, [n, outputs], in the model's element type. */
PESCADOR_TORCH_CALL int pescador_torch_model_scores(
    const pescador_torch_model *model, const pescador_torch_memory *features, void *scores, int64_t length);
/* The number of each row's greatest output, [n]. */
PESCADOR_TORCH_CALL int pescador_torch_model_predict(
    const pescador_torch_model *model, const pescador_torch_memory *features, int32_t *classes, int64_t length);

/* How weights follow gradients. */
typedef struct pescador_torch_rule {
    double learning_rate;
    double weight_decay;
    double first;    /* momentum; Adam's first decay */
    double second;   /* Adam's second decay */
    double epsilon;  /* Adam's */
    int32_t is_adam; /* 0: stochastic gradient descent */
} pescador_torch_rule;

/* A trainer holds the model, whose handle may be freed before it. */
PESCADOR_TORCH_CALL int pescador_torch_trainer_new(
    const pescador_torch_model *model, const pescador_torch_rule *rule, int32_t loss_kind, pescador_torch_trainer **trainer);
/* Forward, backward, update. The loss is that before the update; computed_on is where the rows lay that the model was given. */
PESCADOR_TORCH_CALL int pescador_torch_trainer_step(
    pescador_torch_trainer *trainer, const pescador_torch_memory *features, const pescador_torch_memory *labels,
    double *loss, void **computed_on);
/* The model's parameters, as pescador_torch_model_save writes them, the optimiser's state, and a number of steps. */
PESCADOR_TORCH_CALL int pescador_torch_trainer_save(const pescador_torch_trainer *trainer, const char *path, int64_t steps);
/* Changes nothing unless all of it fits. The rule stays this trainer's. */
PESCADOR_TORCH_CALL int pescador_torch_trainer_load(pescador_torch_trainer *trainer, const char *path, int64_t *steps);
PESCADOR_TORCH_CALL int pescador_torch_trainer_free(pescador_torch_trainer *trainer);

#ifdef __cplusplus
}
#endif

#endif
