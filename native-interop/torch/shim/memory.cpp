#include "memory.h"

#include <utility>

namespace pescador {

at::ScalarType scalar_type(int32_t element_type) {
    switch (element_type) {
        case 0: return at::kFloat;
        case 1: return at::kDouble;
        case 2: return at::kHalf;
        case 3: return at::kChar;
        case 4: return at::kByte;
        case 5: return at::kShort;
        case 7: return at::kInt;
        case 9: return at::kLong;
        case 11: return at::kBool;
        default: TORCH_CHECK(false, "element type ", element_type, " has no counterpart in libtorch");
    }
}

at::Tensor Loan::tensor() {
    const at::TensorOptions options = at::TensorOptions().dtype(scalar_type(memory_.element_type)).device(at::kCPU);
    const at::IntArrayRef shape(memory_.shape, static_cast<size_t>(memory_.rank));
    for (const int64_t length : shape) {
        TORCH_CHECK(length >= 0, "the shape ", shape, " has a negative length");
    }

    if (memory_.release == nullptr) {
        return torch::from_blob(memory_.address, shape, options);
    }

    // The deleter is not called when from_blob fails, or for an address of 0; but it is always destroyed, and with it the last pointer
    // to the loan. A shared_ptr that cannot be made calls release, too.
    auto release = std::exchange(memory_.release, nullptr);
    std::shared_ptr<void> lent(memory_.context, release);
    return torch::from_blob(memory_.address, shape, [lent = std::move(lent)](void *) mutable { lent.reset(); }, options);
}

}  // namespace pescador
