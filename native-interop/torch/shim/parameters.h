// Parameters out of an archive of libtorch, and into one.
#pragma once

#include <vector>

#include <torch/serialize/input-archive.h>
#include <torch/serialize/output-archive.h>

#include "models.h"

namespace pescador {

void write_parameters(torch::serialize::OutputArchive &archive, const Model &model);

// Fails where the archive's do not fit the model; changes nothing in it.
std::vector<at::Tensor> read_parameters(torch::serialize::InputArchive &archive, const Model &model);

void set_parameters(const Model &model, const std::vector<at::Tensor> &values);

}  // namespace pescador
