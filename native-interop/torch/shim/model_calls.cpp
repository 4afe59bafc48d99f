// Models as handles.
#include "errors.h"
#include "memory.h"
#include "models.h"
#include "parameters.h"

using pescador::guarded;

namespace {

int make(pescador_torch_model **handle, std::shared_ptr<pescador::Model> model) {
    *handle = new pescador_torch_model{std::move(model)};
    return PESCADOR_TORCH_OK;
}

int64_t count_of(const pescador::Model &model) {
    int64_t count = 0;
    for (const at::Tensor &parameter : model.parameters()) {
        count += parameter.numel();
    }

    return count;
}

at::Tensor outputs_of(const pescador::Model &model, const at::Tensor &features) { return model.forward(model.shaped(features)); }

}  // namespace

int pescador_torch_linear(int64_t features, int64_t outputs, int32_t element_type, int64_t seed, pescador_torch_model **model) {
    return guarded([&] { return make(model, pescador::make_linear(features, outputs, pescador::scalar_type(element_type), seed)); });
}

int pescador_torch_perceptron(
    int64_t features, int64_t hidden, int64_t outputs, int32_t element_type, int64_t seed, pescador_torch_model **model) {
    return guarded(
        [&] { return make(model, pescador::make_perceptron(features, hidden, outputs, pescador::scalar_type(element_type), seed)); });
}

int pescador_torch_convolutional(
    int64_t channels, int64_t height, int64_t width, int64_t outputs, int32_t element_type, int64_t seed, pescador_torch_model **model) {
    return guarded([&] {
        return make(model, pescador::make_convolutional(channels, height, width, outputs, pescador::scalar_type(element_type), seed));
    });
}

int pescador_torch_model_parameter_count(const pescador_torch_model *model, int64_t *count) {
    return guarded([&] {
        *count = count_of(*model->model);
        return PESCADOR_TORCH_OK;
    });
}

int pescador_torch_model_copy_parameters(const pescador_torch_model *model, void *values, int64_t length) {
    return guarded([&] {
        const int64_t count = count_of(*model->model);
        TORCH_CHECK(count == length, "room for ", length, " parameters, but there are ", count);
        const at::NoGradGuard guard;
        auto *next = static_cast<char *>(values);
        for (const at::Tensor &parameter : model->model->parameters()) {
            torch::from_blob(next, parameter.sizes(), at::TensorOptions().dtype(parameter.scalar_type())).copy_(parameter);
            next += parameter.nbytes();
        }

        return PESCADOR_TORCH_OK;
    });
}

int pescador_torch_model_save(const pescador_torch_model *model, const char *path) {
    return guarded([&] {
        torch::serialize::OutputArchive archive;
        pescador::write_parameters(archive, *model->model);
        archive.save_to(std::string(path));
        return PESCADOR_TORCH_OK;
    });
}

int pescador_torch_model_load(pescador_torch_model *model, const char *path) {
    return guarded([&] {
        torch::serialize::InputArchive archive;
        archive.load_from(std::string(path));
        pescador::set_parameters(*model->model, pescador::read_parameters(archive, *model->model));
        return PESCADOR_TORCH_OK;
    });
}

int pescador_torch_model_free(pescador_torch_model *model) {
    return guarded([&] {
        delete model;
        return PESCADOR_TORCH_OK;
    });
}

int pescador_torch_model_evaluate(
    const pescador_torch_model *model, int32_t loss_kind, const pescador_torch_memory *features, const pescador_torch_memory *labels,
    int64_t *right, double *loss) {
    pescador::Loan rows(features);
    pescador::Loan expected(labels);
    return guarded([&] {
        const at::NoGradGuard guard;
        const at::Tensor y = expected.tensor();
        const at::Tensor outputs = outputs_of(*model->model, rows.tensor());
        *right = loss_kind == 0 ? outputs.argmax(1).eq(y).sum().item<int64_t>() : 0;
        *loss = pescador::mean_loss(loss_kind, outputs, y).item<double>();
        return PESCADOR_TORCH_OK;
    });
}

int pescador_torch_model_scores(const pescador_torch_model *model, const pescador_torch_memory *features, void *scores, int64_t length) {
    pescador::Loan rows(features);
    return guarded([&] {
        const at::NoGradGuard guard;
        const at::Tensor outputs = outputs_of(*model->model, rows.tensor());
        TORCH_CHECK(outputs.numel() == length, "room for ", length, " outputs, but there are ", outputs.numel());
        torch::from_blob(scores, outputs.sizes(), outputs.options().requires_grad(false)).copy_(outputs);
        return PESCADOR_TORCH_OK;
    });
}

int pescador_torch_model_predict(
    const pescador_torch_model *model, const pescador_torch_memory *features, int32_t *classes, int64_t length) {
    pescador::Loan rows(features);
    return guarded([&] {
        const at::NoGradGuard guard;
        const at::Tensor greatest = outputs_of(*model->model, rows.tensor()).argmax(1);
        TORCH_CHECK(greatest.numel() == length, "room for ", length, " classes, but there are ", greatest.numel(), " rows");
        torch::from_blob(classes, greatest.sizes(), at::TensorOptions().dtype(at::kInt)).copy_(greatest);
        return PESCADOR_TORCH_OK;
    });
}
