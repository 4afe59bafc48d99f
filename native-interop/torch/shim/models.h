// Models: their parameters, and how rows go through them.
#pragma once

#include <memory>
#include <vector>

#include <torch/types.h>

#include "pescador_torch.h"

namespace pescador {

class Model {
public:
    virtual ~Model() = default;

    // A batch of any shape as the model takes it: a view, never a copy.
    virtual at::Tensor shaped(const at::Tensor &batch) const { return batch.view({batch.size(0), features_}); }

    // The outputs of what shaped gave, [n, outputs].
    virtual at::Tensor forward(const at::Tensor &rows) const = 0;

    const std::vector<at::Tensor> &parameters() const { return parameters_; }
    int64_t outputs() const { return outputs_; }
    at::ScalarType type() const { return type_; }

protected:
    Model(int64_t features, int64_t outputs, at::ScalarType type) : features_(features), outputs_(outputs), type_(type) {}

    // Adds a weight of that shape and a bias, both uniform in ±1/√fan-in.
    void add_layer(at::IntArrayRef weight, at::Generator &generator);

    std::vector<at::Tensor> parameters_;

private:
    int64_t features_;
    int64_t outputs_;
    at::ScalarType type_;
};

std::shared_ptr<Model> make_linear(int64_t features, int64_t outputs, at::ScalarType type, int64_t seed);
std::shared_ptr<Model> make_perceptron(int64_t features, int64_t hidden, int64_t outputs, at::ScalarType type, int64_t seed);
std::shared_ptr<Model> make_convolutional(
    int64_t channels, int64_t height, int64_t width, int64_t outputs, at::ScalarType type, int64_t seed);

// 0 cross entropy, 1 mean squared error.
at::Tensor mean_loss(int32_t kind, const at::Tensor &outputs, const at::Tensor &labels);

}  // namespace pescador

struct pescador_torch_model {
    std::shared_ptr<pescador::Model> model;
};
