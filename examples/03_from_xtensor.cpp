// The same from xtensor arrays: features [rows, dim] and labels [rows] come in without a copy.
//
// matrix_view<float> is what every set is made from. It is constructed implicitly from a row-major xtensor array of two dimensions (or an
// Eigen row-major matrix) and keeps a pointer only: the arrays must outlive what was fitted on them.

#include <cstdio>
#include <fewclip/methods/tip_adapter.hpp>
#include <xtensor/xadapt.hpp>
#include <xtensor/xtensor.hpp>

#include "generated_features.hpp"

int main() {
  const generated_world world(8, 32, 3);
  const generated_rows support_rows = world.images(0, 4);
  const generated_rows query_rows = world.images(2, 5);

  // Arrays that own their memory, and an adaptor around memory that something else owns, are both fine.
  const std::vector<float> text_values = world.text();
  xt::xtensor<float, 2> text = xt::adapt(text_values, std::vector<std::size_t>{8, 32});
  const auto support = xt::adapt(support_rows.features, std::array<std::size_t, 2>{32, 32});
  xt::xtensor<std::int32_t, 1> labels = xt::adapt(support_rows.labels, std::array<std::size_t, 1>{32});
  xt::xtensor<float, 2> queries = xt::adapt(query_rows.features, std::array<std::size_t, 2>{40, 32});

  const fewclip::methods::tip_adapter<> classifier({text}, {support, {labels, 8}});

  // Scores come back as a tensor; its memory is an xtensor array by adapting the pointer.
  const auto scores = classifier.logits(queries);
  const auto array =
      xt::adapt(scores.data(), static_cast<std::size_t>(scores.size()), xt::no_ownership(), std::array<std::size_t, 2>{40, 8});
  std::printf("scores [%zu, %zu], the first of them %.4f\n", array.shape(0), array.shape(1), static_cast<double>(array(0, 0)));

  int hits = 0;
  const std::vector<fewclip::label> found = classifier.predict(queries);
  for (std::size_t row = 0; row < found.size(); ++row) hits += found[row] == query_rows.labels[row];
  std::printf("tip_adapter: %d of %zu generated rows recognised\n", hits, found.size());
  return hits > 0 ? 0 : 1;
}
