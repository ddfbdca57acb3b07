#pragma once

// What the jobs of all product providers share: the options, the inputs and the form of a job.

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "fewclip/core/labels.hpp"
#include "fewclip/core/tensor.hpp"

namespace peers {

/// The options of peers.py that our jobs read, and `unsorted`: 1 for support rows whose classes alternate.
struct options {
  std::map<std::string, double> numbers{{"n", 10000},   {"classes", 1000}, {"shots", 16},      {"dim", 1024},        {"channels", 0},
                                        {"batch", 256}, {"scale", 100},    {"alpha", 1},       {"beta", 5.5},        {"gamma", 1},
                                        {"tau", 0.5},   {"creg", 1},       {"seed", 2024},     {"iterations", 1000}, {"tolerance", 1e-4},
                                        {"threads", 1}, {"warmup", 2},     {"repetitions", 7}, {"calls", 0},         {"unsorted", 0}};
  std::map<std::string, std::string> texts{{"job", ""}, {"inputs", ""}, {"outputs", ""}, {"products", "eigen"}};
  bool from_stdin = false;

  double number(const std::string& name) const { return numbers.at(name); }
  fewclip::index count(const std::string& name) const { return static_cast<fewclip::index>(numbers.at(name)); }
  const std::string& text(const std::string& name) const { return texts.at(name); }
};

/// A matrix on the host, kept alive by `owner`.
struct matrix {
  std::vector<std::size_t> extents;
  const float* data = nullptr;
  std::shared_ptr<const void> owner;
};

using matrices = std::map<std::string, matrix>;

template <class Scalar, class B>
matrix matrix_of(const fewclip::basic_tensor<Scalar, B>& values) {
  std::vector<std::size_t> extents;
  for (fewclip::index d = 0; d < values.rank(); ++d) extents.push_back(static_cast<std::size_t>(values.extents()[d]));
  auto owner = std::make_shared<fewclip::basic_tensor<Scalar, B>>(values);
  return {std::move(extents), owner->data(), owner};
}

inline matrix matrix_of(std::vector<float> values) {
  auto owner = std::make_shared<std::vector<float>>(std::move(values));
  return {{owner->size()}, owner->data(), owner};
}

/// What a job reads. Rows of `support` stand in ascending order of their labels unless `unsorted` was asked for.
struct inputs {
  matrices rows;  ///< "text", "support", "queries" and, for clip_adapter, "W1", "W2"
  std::vector<fewclip::label> support_labels;
  std::vector<fewclip::label> query_labels;
};

/// A job: `run` is what is timed and returns what is compared; `state` adds trained parameters.
struct job {
  std::function<matrices()> run;
  std::function<matrices()> state = [] { return matrices{}; };
};

/// Builds the job of that name on one product provider; an empty `run` where there is none.
job make_job_eigen(const options& chosen, const inputs& given);
job make_job_onednn(const options& chosen, const inputs& given);
job make_job_onednn_bf16(const options& chosen, const inputs& given);

}  // namespace peers
