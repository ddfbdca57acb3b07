// Several methods on the same features. A method is a type, so comparing is a template over types.
//
// tip_adapter is  blend<heads::text, caches::key_value<kernels::exponential_affinity>>: the sum of two terms.
// tip_x adds a third part to that blend. ape puts a refiner in front of the cache. ape_t trains a residual per class, hence a trainer.
// All take the same three things: text rows, a support set, settings.

#include <cstdio>
#include <fewclip/methods/ape_t.hpp>
#include <fewclip/methods/tip_x.hpp>
#include <fewclip/methods/zero_shot.hpp>

#include "generated_features.hpp"

namespace {

using fewclip::backend::cpu;

struct problem {
  generated_world world{20, 64, 5};
  std::vector<float> text_rows = world.text();
  generated_rows support_rows = world.images(0, 8);
  generated_rows query_rows = world.images(2, 20);

  fewclip::class_text<cpu<>> text() const { return fewclip::matrix_view<float>(text_rows.data(), world.classes(), 64); }
  fewclip::support_set<cpu<>> support() const { return {support_rows.view(), {support_rows.labels, world.classes()}}; }
};

template <class Method>
void show(const char* name, const problem& given) {
  const Method classifier(given.text(), given.support());
  const std::vector<fewclip::label> found = classifier.predict(given.query_rows.view());
  int hits = 0;
  for (std::size_t row = 0; row < found.size(); ++row) hits += found[row] == given.query_rows.labels[row];
  std::printf("%-12s %3d of %zu right, %6td trained numbers\n", name, hits, found.size(),
              static_cast<std::ptrdiff_t>(classifier.training().trained_parameters));
}

}  // namespace

int main() {
  const problem given;
  std::printf("Generated features, 20 classes, 8 shots:\n");
  show<fewclip::methods::zero_shot<>>("zero_shot", given);
  show<fewclip::methods::tip_adapter<>>("tip_adapter", given);
  show<fewclip::methods::tip_x<>>("tip_x", given);
  show<fewclip::methods::ape<>>("ape", given);
  show<fewclip::methods::ape_t<>>("ape_t", given);
  return 0;
}
