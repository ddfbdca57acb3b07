// A refiner of one's own, written outside the library and used like one of its parts.
//
// A refiner decides which channels of texts, keys and queries a cache sees. It is a struct with settings, a statement of what it needs, and
// a class template `fitted<B>` that is constructed from texts and support and has `refine(x)` (docs/extend/refiner.md). This one keeps the
// channels on which the text rows vary most, and makes the rows unit rows again.

#include <algorithm>
#include <cstdio>
#include <fewclip/autograd/operations/rows.hpp>
#include <fewclip/methods/tip_adapter.hpp>
#include <numeric>

#include "generated_features.hpp"

struct varied_channels {
  struct params {
    fewclip::index kept = 32;

    template <class Self, class Visitor>
    static void visit_settings(Self& self, Visitor&& visit) {
      visit(fewclip::setting{.name = "kept", .meaning = "number of channels", .origin = "this example", .lowest = 1}, self.kept);
    }
  };

  static constexpr fewclip::input_needs needs{.text = true};

  template <fewclip::compute_backend B>
  class fitted {
   public:
    fitted(const fewclip::class_text<B>& text, const fewclip::support_set<B>&, const params& settings) {
      const auto rows = text.rows().to_host();
      const auto dim = static_cast<std::size_t>(text.rows().columns());
      std::vector<double> sum(dim);
      std::vector<double> squares(dim);
      for (std::size_t i = 0; i < rows.size(); ++i) {
        const auto value = static_cast<double>(rows[i]);
        sum[i % dim] += value;
        squares[i % dim] += value * value;
      }
      const auto classes = static_cast<double>(text.classes());
      std::vector<fewclip::label> order(dim);
      std::iota(order.begin(), order.end(), 0);
      const auto variance = [&](fewclip::label d) {
        const auto at = static_cast<std::size_t>(d);
        return squares[at] - sum[at] * sum[at] / classes;
      };
      std::stable_sort(order.begin(), order.end(), [&](auto a, auto b) { return variance(a) > variance(b); });
      order.resize(std::min<std::size_t>(dim, static_cast<std::size_t>(settings.kept)));
      channels_ = fewclip::label_tensor<B>::from_host(order.data(), {static_cast<fewclip::index>(order.size())});
    }

    // A template, so that it serves tensors at prediction and differentiable variables in training.
    template <fewclip::operand X>
    auto refine(const X& x) const {
      return fewclip::ops::normalise_rows(fewclip::ops::gather_columns(x, channels_));
    }

   private:
    fewclip::label_tensor<B> channels_;
  };
};

template <class Refiner>
using refined_tip_adapter =
    fewclip::classifier<fewclip::backend::cpu<>,
                        fewclip::adapters::blend<fewclip::heads::text, fewclip::caches::key_value<fewclip::kernels::exponential_affinity,
                                                                                                  fewclip::caches::frozen_keys,
                                                                                                  fewclip::caches::labels, Refiner>>>;

int main() {
  const generated_world world(20, 64, 9);
  const std::vector<float> text = world.text();
  const generated_rows support = world.images(0, 8);
  const generated_rows queries = world.images(2, 20);

  const refined_tip_adapter<varied_channels> classifier(fewclip::matrix_view<float>(text.data(), world.classes(), 64),
                                                        {support.view(), {support.labels, world.classes()}});
  int hits = 0;
  const std::vector<fewclip::label> found = classifier.predict(queries.view());
  for (std::size_t row = 0; row < found.size(); ++row) hits += found[row] == queries.labels[row];
  std::printf("tip_adapter on the 32 most varied of 64 channels: %d of %zu generated rows recognised\n", hits, found.size());
  return hits > 0 ? 0 : 1;
}
