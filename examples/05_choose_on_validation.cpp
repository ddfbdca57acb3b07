// Choosing hyper-parameters on validation images. The selector is the fourth axis of a classifier.
//
// tip_adapter<cpu, selectors::grid> is, from the inside out:
//   kernels::exponential_affinity, heads::text   have settings that take effect at prediction: beta, alpha
//   adapters::blend<head, cache>                 so one fit serves all of the grid
//   selectors::grid                              compares all combinations on the validation_set, keeps the first of the best
// A query_set is another type, whose labels only metrics can read: a selector cannot look at test labels by accident.

#include <cstdio>
#include <fewclip/methods/tip_adapter.hpp>
#include <fewclip/metrics/accuracy.hpp>
#include <fewclip/recipes/tip_adapter.hpp>
#include <fewclip/selectors/grid.hpp>

#include "generated_features.hpp"

using cpu = fewclip::backend::cpu<>;
using searched_tip_adapter = fewclip::methods::tip_adapter<cpu, fewclip::selectors::grid>;

int main() {
  const generated_world world(20, 64, 11);
  const std::vector<float> text = world.text();
  const generated_rows support_rows = world.images(0, 8);
  const generated_rows validation_rows = world.images(1, 4);  // min(shots, 4) per class, as in the few-shot protocol
  const generated_rows query_rows = world.images(2, 20);

  const fewclip::class_text<cpu> texts(fewclip::matrix_view<float>(text.data(), world.classes(), 64));
  const fewclip::support_set<cpu> support(support_rows.view(), {support_rows.labels, world.classes()});
  const fewclip::validation_set<cpu> validation(validation_rows.view(), {validation_rows.labels, world.classes()});
  const fewclip::query_set<cpu> queries(query_rows.view(), {query_rows.labels, world.classes()});

  searched_tip_adapter::params settings;
  settings.selector.axes = fewclip::recipes::tip_adapter::clean_grid();
  const searched_tip_adapter searched(texts, support, settings, validation);
  const fewclip::methods::tip_adapter<> fixed(texts, support);

  const auto& cache = searched.settings().adapter.cache;
  std::printf("%td candidates in %td fit(s): alpha %.3f, beta %.3f, %td of %td validation rows right, %td ties\n",
              searched.search().candidates, searched.search().fits, cache.alpha, cache.kernel.beta, searched.search().best_hits,
              searched.search().rows, searched.search().ties);
  const auto before = fewclip::metrics::accuracy(fixed.logits(queries.features()), queries);
  const auto after = fewclip::metrics::accuracy(searched.logits(queries.features()), queries);
  std::printf("generated test rows: %td of %td right with the defaults, %td with the chosen settings\n", before.hits, before.rows,
              after.hits);
  return searched.search().candidates == 400 ? 0 : 1;
}
