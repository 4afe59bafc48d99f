// Parameters in a file, an archive of libtorch (torch::serialize; Python reads it with torch.jit.load): "0", "1", ... in the order of the layers.
#include <string>

#include <torch/serialize/input-archive.h>
#include <torch/serialize/output-archive.h>

#include "models.h"

namespace pescador {

void save_parameters(const Model &model, const char *path) {
    torch::serialize::OutputArchive archive;
    for (size_t i = 0; i < model.parameters().size(); i++) {
        archive.write(std::to_string(i), model.parameters()[i].detach());
    }

    archive.save_to(std::string(path));
}

void load_parameters(const Model &model, const char *path) {
    torch::serialize::InputArchive archive;
    archive.load_from(std::string(path));
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
    const at::NoGradGuard guard;
    for (size_t i = 0; i < parameters.size(); i++) {
        parameters[i].copy_(loaded[i]);
    }
}

}  // namespace pescador
