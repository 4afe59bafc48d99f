#include "models.h"

#include <cmath>

#include <ATen/CPUGeneratorImpl.h>

namespace pescador {

namespace {

// A generator of its own, so that nobody else's draws change the first weights, nor these theirs.
at::Generator generator_of(int64_t seed) { return at::make_generator<at::CPUGeneratorImpl>(static_cast<uint64_t>(seed)); }

class Linear final : public Model {
public:
    Linear(int64_t features, int64_t outputs, at::ScalarType type, int64_t seed) : Model(features, outputs, type) {
        at::Generator generator = generator_of(seed);
        add_layer({outputs, features}, generator);
    }

    at::Tensor forward(const at::Tensor &rows) const override { return at::linear(rows, parameters_[0], parameters_[1]); }
};

class Perceptron final : public Model {
public:
    Perceptron(int64_t features, int64_t hidden, int64_t outputs, at::ScalarType type, int64_t seed) : Model(features, outputs, type) {
        at::Generator generator = generator_of(seed);
        add_layer({hidden, features}, generator);
        add_layer({outputs, hidden}, generator);
    }

    at::Tensor forward(const at::Tensor &rows) const override {
        const at::Tensor hidden = at::relu(at::linear(rows, parameters_[0], parameters_[1]));
        return at::linear(hidden, parameters_[2], parameters_[3]);
    }
};

// Two convolutions of 3 x 3 with 16 and 32 channels, the greatest of each 2 x 2 pixels, and a linear layer.
class Convolutional final : public Model {
public:
    Convolutional(int64_t channels, int64_t height, int64_t width, int64_t outputs, at::ScalarType type, int64_t seed)
        : Model(channels * height * width, outputs, type), image_{channels, height, width} {
        at::Generator generator = generator_of(seed);
        add_layer({16, channels, 3, 3}, generator);
        add_layer({32, 16, 3, 3}, generator);
        add_layer({outputs, 32 * (height / 2) * (width / 2)}, generator);
    }

    at::Tensor shaped(const at::Tensor &batch) const override { return batch.view({batch.size(0), image_[0], image_[1], image_[2]}); }

    at::Tensor forward(const at::Tensor &images) const override {
        at::Tensor maps = at::relu(convolved(images, 0));
        maps = at::max_pool2d(at::relu(convolved(maps, 2)), {2, 2});
        return at::linear(maps.flatten(1), parameters_[4], parameters_[5]);
    }

private:
    at::Tensor convolved(const at::Tensor &maps, size_t layer) const {
        return at::conv2d(maps, parameters_[layer], parameters_[layer + 1], /*stride=*/{1, 1}, /*padding=*/at::IntArrayRef{1, 1});
    }

    int64_t image_[3];
};

}  // namespace

void Model::add_layer(at::IntArrayRef weight, at::Generator &generator) {
    int64_t fan_in = 1;
    for (const int64_t length : weight.slice(1)) {
        fan_in *= length;
    }

    const double bound = 1 / std::sqrt(static_cast<double>(fan_in));
    for (const at::IntArrayRef shape : {weight, weight.slice(0, 1)}) {
        at::Tensor parameter = torch::empty(shape, at::TensorOptions().dtype(type_));
        parameter.uniform_(-bound, bound, generator);
        parameters_.push_back(parameter.set_requires_grad(true));
    }
}

std::shared_ptr<Model> make_linear(int64_t features, int64_t outputs, at::ScalarType type, int64_t seed) {
    return std::make_shared<Linear>(features, outputs, type, seed);
}

std::shared_ptr<Model> make_perceptron(int64_t features, int64_t hidden, int64_t outputs, at::ScalarType type, int64_t seed) {
    return std::make_shared<Perceptron>(features, hidden, outputs, type, seed);
}

std::shared_ptr<Model> make_convolutional(
    int64_t channels, int64_t height, int64_t width, int64_t outputs, at::ScalarType type, int64_t seed) {
    return std::make_shared<Convolutional>(channels, height, width, outputs, type, seed);
}

at::Tensor mean_loss(int32_t kind, const at::Tensor &outputs, const at::Tensor &labels) {
    return kind == 0 ? at::cross_entropy_loss(outputs, labels) : at::mse_loss(outputs, labels.view(outputs.sizes()));
}

}  // namespace pescador
