// A model with its optimiser.
#include <cmath>

#include <torch/optim/adam.h>
#include <torch/optim/sgd.h>

#include "errors.h"
#include "memory.h"
#include "models.h"

using pescador::guarded;

struct pescador_torch_trainer {
    std::shared_ptr<pescador::Model> model;
    std::unique_ptr<torch::optim::Optimizer> optimizer;
    int32_t loss_kind;
};

namespace {

std::unique_ptr<torch::optim::Optimizer> make_optimizer(const pescador_torch_rule &rule, const std::vector<at::Tensor> &parameters) {
    if (rule.is_adam != 0) {
        const auto options = torch::optim::AdamOptions(rule.learning_rate)
                                 .betas(std::make_tuple(rule.first, rule.second))
                                 .eps(rule.epsilon)
                                 .weight_decay(rule.weight_decay);
        return std::make_unique<torch::optim::Adam>(parameters, options);
    }

    const auto options = torch::optim::SGDOptions(rule.learning_rate).momentum(rule.first).weight_decay(rule.weight_decay);
    return std::make_unique<torch::optim::SGD>(parameters, options);
}

}  // namespace

int pescador_torch_trainer_new(
    const pescador_torch_model *model, const pescador_torch_rule *rule, int32_t loss_kind, pescador_torch_trainer **trainer) {
    return guarded([&] {
        *trainer = new pescador_torch_trainer{model->model, make_optimizer(*rule, model->model->parameters()), loss_kind};
        return PESCADOR_TORCH_OK;
    });
}

int pescador_torch_trainer_step(
    pescador_torch_trainer *trainer, const pescador_torch_memory *features, const pescador_torch_memory *labels,
    double *loss, void **computed_on) {
    pescador::Loan rows(features);
    pescador::Loan expected(labels);
    return guarded([&] {
        const at::AutoGradMode guard(true);
        const at::Tensor x = trainer->model->shaped(rows.tensor());
        const at::Tensor y = expected.tensor();
        *computed_on = x.data_ptr();
        trainer->optimizer->zero_grad();
        const at::Tensor mean = pescador::mean_loss(trainer->loss_kind, trainer->model->forward(x), y);
        *loss = mean.item<double>();
        if (!std::isfinite(*loss)) {
            return PESCADOR_TORCH_DIVERGED;
        }

        mean.backward();
        trainer->optimizer->step();
        return PESCADOR_TORCH_OK;
    });
}

int pescador_torch_trainer_free(pescador_torch_trainer *trainer) {
    return guarded([&] {
        delete trainer;
        return PESCADOR_TORCH_OK;
    });
}
