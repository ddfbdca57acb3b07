#pragma once

// Training steps on one product provider each; one translation unit per provider.

#include <string>

#include "fewclip/io/safetensors.hpp"
#include "jobs.hpp"

namespace peers {

/// Builds a step from a file of step_ratio.py; an empty `run` where there is no job of that name.
job step_on_eigen(const std::string& name, const fewclip::io::safetensors_file& file);
job step_on_onednn(const std::string& name, const fewclip::io::safetensors_file& file);
job step_on_onednn_bf16(const std::string& name, const fewclip::io::safetensors_file& file);

}  // namespace peers
