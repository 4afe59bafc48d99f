// Tensors as handles.
#include <algorithm>

#include "errors.h"
#include "memory.h"

using pescador::guarded;

int pescador_torch_tensor_new(const pescador_torch_memory *memory, pescador_torch_tensor **tensor) {
    pescador::Loan loan(memory);
    return guarded([&] {
        *tensor = new pescador_torch_tensor{loan.tensor()};
        return PESCADOR_TORCH_OK;
    });
}

int pescador_torch_tensor_address(const pescador_torch_tensor *tensor, void **address) {
    return guarded([&] {
        *address = tensor->tensor.data_ptr();
        return PESCADOR_TORCH_OK;
    });
}

int pescador_torch_tensor_shape(const pescador_torch_tensor *tensor, int64_t *shape, int32_t room, int32_t *rank) {
    return guarded([&] {
        const at::IntArrayRef sizes = tensor->tensor.sizes();
        *rank = static_cast<int32_t>(sizes.size());
        std::copy_n(sizes.begin(), std::min(*rank, room), shape);
        return PESCADOR_TORCH_OK;
    });
}

int pescador_torch_tensor_element_type(const pescador_torch_tensor *tensor, int32_t *element_type) {
    return guarded([&] {
        for (const int32_t candidate : {0, 1, 2, 3, 4, 5, 7, 9, 11}) {
            if (pescador::scalar_type(candidate) == tensor->tensor.scalar_type()) {
                *element_type = candidate;
                return PESCADOR_TORCH_OK;
            }
        }

        TORCH_CHECK(false, "a tensor of ", tensor->tensor.scalar_type(), " has no counterpart outside libtorch");
    });
}

int pescador_torch_tensor_flatten(const pescador_torch_tensor *tensor, pescador_torch_tensor **alias) {
    return guarded([&] {
        const at::Tensor &whole = tensor->tensor;
        const int64_t rows = whole.dim() == 0 ? 1 : whole.size(0);
        const int64_t width = rows == 0 ? 0 : whole.numel() / rows;
        *alias = new pescador_torch_tensor{whole.view({rows, width})};  // view fails where it would have to copy
        return PESCADOR_TORCH_OK;
    });
}

int pescador_torch_tensor_free(pescador_torch_tensor *tensor) {
    return guarded([&] {
        delete tensor;
        return PESCADOR_TORCH_OK;
    });
}
