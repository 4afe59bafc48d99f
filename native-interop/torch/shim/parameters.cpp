// Parameters in a file, an archive of libtorch (torch::serialize; Python reads it with torch.jit.load): "0", "1", ... in the order of the layers.
#include "parameters.h"

#include <string>

namespace pescador {

void write_parameters(torch::serialize::OutputArchive &archive, const Model &model) {
    for (size_t i = 0; i < model.parameters().size(); i++) {
        archive.write(std::to_string(i), model.parameters()[i].detach());
    }
}

std::vector<at::Tensor> read_parameters(torch::serialize::InputArchive &archive, const Model &model) {
    const std::vector<at::Tensor> &parameters = model.parameters();
    std::vector<at::Tensor> loaded(parameters.size());
    for (size_t i = 0; i < parameters.size(); i++) {
        TORCH_CHECK(archive.try_read(std::to_string(i), loaded[i]), "expected ", parameters.size(), " parameters, got ", i);
        TORCH_CHECK(
            loaded[i].sizes() == parameters[i].sizes() && loaded[i].scalar_type() == parameters[i].scalar_type(),
            "parameter ", i, ": expected ", parameters[i].scalar_type(), parameters[i].sizes(), ", got ", loaded[i].scalar_type(), loaded[i].sizes());
    }

    at::Tensor further;
    TORCH_CHECK(
        !archive.try_read(std::to_string(parameters.size()), further), "expected ", parameters.size(), " parameters, got more");
    return loaded;
}

void set_parameters(const Model &model, const std::vector<at::Tensor> &values) {
    const at::NoGradGuard guard;
    for (size_t i = 0; i < values.size(); i++) {
        model.parameters()[i].copy_(values[i]);
    }
}

}  // namespace pescador
