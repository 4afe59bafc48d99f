// A model with its optimiser.
#include <cmath>

#include <torch/optim/adam.h>
#include <torch/optim/sgd.h>

#include "errors.h"
#include "memory.h"
#include "models.h"
#include "parameters.h"

using pescador::guarded;

struct pescador_torch_trainer {
    std::shared_ptr<pescador::Model> model;
    pescador_torch_rule rule;
    std::unique_ptr<torch::optim::Optimizer> optimizer;
    int32_t loss_kind;
};

namespace {

constexpr const char *optimizer_key = "optimizer";
constexpr const char *steps_key = "steps";
constexpr const char *kind_key = "optimizer_is_adam";

const char *name_of(int64_t is_adam) { return is_adam != 0 ? "Adam" : "SGD"; }

bool try_read(torch::serialize::InputArchive &archive, const char *key, int64_t &number) {
    at::Tensor found;
    if (!archive.try_read(key, found) || found.numel() != 1 || found.scalar_type() != at::kLong) {
        return false;
    }

    number = found.item<int64_t>();
    return true;
}

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
        *trainer = new pescador_torch_trainer{model->model, *rule, make_optimizer(*rule, model->model->parameters()), loss_kind};
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

int pescador_torch_trainer_save(const pescador_torch_trainer *trainer, const char *path, int64_t steps) {
    return guarded([&] {
        torch::serialize::OutputArchive archive;
        pescador::write_parameters(archive, *trainer->model);
        torch::serialize::OutputArchive optimizer;
        trainer->optimizer->save(optimizer);
        archive.write(optimizer_key, optimizer);
        archive.write(steps_key, at::scalar_tensor(steps, at::kLong));
        archive.write(kind_key, at::scalar_tensor(trainer->rule.is_adam, at::kLong));
        archive.save_to(std::string(path));
        return PESCADOR_TORCH_OK;
    });
}

int pescador_torch_trainer_load(pescador_torch_trainer *trainer, const char *path, int64_t *steps) {
    return guarded([&] {
        torch::serialize::InputArchive archive;
        archive.load_from(std::string(path));
        const std::vector<at::Tensor> parameters = pescador::read_parameters(archive, *trainer->model);
        torch::serialize::InputArchive state;
        int64_t made = 0;
        int64_t is_adam = 0;
        TORCH_CHECK(
            archive.try_read(optimizer_key, state) && try_read(archive, steps_key, made) && try_read(archive, kind_key, is_adam),
            "expected an optimiser's state, got parameters alone");

        // libtorch would find out by an assertion, and ask for a bug report.
        TORCH_CHECK(is_adam == trainer->rule.is_adam, "expected what ", name_of(trainer->rule.is_adam), " keeps, got what ", name_of(is_adam), " keeps");

        // Into a fresh one, so that this one stays as it is where the state is another optimiser's.
        std::unique_ptr<torch::optim::Optimizer> optimizer = make_optimizer(trainer->rule, trainer->model->parameters());
        std::unique_ptr<torch::optim::OptimizerOptions> options = optimizer->param_groups()[0].options().clone();
        optimizer->load(state);
        optimizer->param_groups()[0].set_options(std::move(options));  // libtorch 2 takes the saved ones
        pescador::set_parameters(*trainer->model, parameters);
        trainer->optimizer = std::move(optimizer);
        *steps = made;
        return PESCADOR_TORCH_OK;
    });
}

int pescador_torch_trainer_free(pescador_torch_trainer *trainer) {
    return guarded([&] {
        delete trainer;
        return PESCADOR_TORCH_OK;
    });
}
