// Tensors over memory that is lent to libtorch and given back by one call of a C function.
#pragma once

#include <memory>

#include <torch/types.h>

#include "pescador_torch.h"

struct pescador_torch_tensor {
    at::Tensor tensor;
};

namespace pescador {

at::ScalarType scalar_type(int32_t element_type);

// Owns what was lent from the first moment of a call on, so that it is given back once however the call ends.
class Loan {
public:
    explicit Loan(const pescador_torch_memory *memory) noexcept : memory_(*memory) {}
    Loan(const Loan &) = delete;
    Loan &operator=(const Loan &) = delete;

    ~Loan() {
        if (memory_.release != nullptr) {
            memory_.release(memory_.context);
        }
    }

    // A tensor where the memory lies, which owns it from here on. Called once.
    at::Tensor tensor();

private:
    pescador_torch_memory memory_;
};

}  // namespace pescador
