#include <cstdio>
#include <fewclip/io/feature_set.hpp>

#include "../generated_features.hpp"
#include "options.hpp"
#include "task.hpp"

namespace program {
namespace {

fewclip::io::labelled_features rows_of(const generated_world& world, int part, index per_class) {
  const generated_rows rows = world.images(part, per_class);
  fewclip::io::labelled_features out;
  out.dim = static_cast<std::size_t>(rows.dim);
  out.rows = rows.labels.size();
  out.features = rows.features;
  out.labels.assign(rows.labels.begin(), rows.labels.end());
  return out;
}

}  // namespace

void generate(const generate_options& options) {
  if (options.classes < 2 || options.classes > 10'000)
    throw usage_error("--classes: expected 2 to 10000, got " + std::to_string(options.classes));
  if (options.dim < 2 || options.dim > 4096) throw usage_error("--dim: expected 2 to 4096, got " + std::to_string(options.dim));
  const generated_world world(options.classes, options.dim, options.seed);
  fewclip::io::feature_set set;
  set.classes = static_cast<std::size_t>(options.classes);
  set.dim = static_cast<std::size_t>(options.dim);
  for (index c = 0; c < options.classes; ++c) set.class_names.push_back("generated class " + std::to_string(c));
  set.text = world.text();
  set.train = rows_of(world, 0, 32);
  set.val = rows_of(world, 1, 10);
  set.test = rows_of(world, 2, 50);
  fewclip::io::write_feature_set(set, options.out);
  std::printf("%s: %lld classes, %lld channels; 32 training, 10 validation and 50 test rows per class, made by formula\n",
              options.out.c_str(), static_cast<long long>(options.classes), static_cast<long long>(options.dim));
}

}  // namespace program
