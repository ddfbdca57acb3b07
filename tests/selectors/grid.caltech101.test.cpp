#include "fewclip/selectors/grid.hpp"

// test options: O2 once
#include <array>
#include <boost/test/unit_test.hpp>
#include <cmath>

#include "../io/shared_data.hpp"
#include "fewclip/io/feature_set.hpp"
#include "fewclip/methods/tip_adapter.hpp"
#include "fewclip/recipes/tip_adapter.hpp"

using B = fewclip::backend::cpu<double>;
namespace selectors = fewclip::selectors;

namespace {

/// Rows in double precision, made unit rows again: the file has half precision.
fewclip::tensor<B> unit_rows(const std::vector<float>& values, std::size_t dim) {
  std::vector<double> out(values.begin(), values.end());
  for (std::size_t r = 0; r < out.size() / dim; ++r) {
    double squares = 0;
    for (std::size_t d = 0; d < dim; ++d) squares += out[r * dim + d] * out[r * dim + d];
    for (std::size_t d = 0; d < dim; ++d) out[r * dim + d] /= std::sqrt(squares);
  }
  return fewclip::tensor<B>::from_host(out.data(), {static_cast<fewclip::index>(values.size() / dim), static_cast<fewclip::index>(dim)});
}

/// What the project's reference figures say of one number of shots.
struct expectation {
  std::size_t shots;
  std::size_t beta;         ///< position of the winner
  std::size_t alpha;        ///< position of the winner
  fewclip::index val_hits;  ///< of 1264
  fewclip::index hits;      ///< of 1890 test rows
};

constexpr std::array<expectation, 5> expected{
    {{1, 91, 16, 1212, 1806}, {2, 24, 19, 1217, 1811}, {4, 57, 17, 1228, 1823}, {8, 129, 16, 1226, 1814}, {16, 96, 7, 1230, 1816}}};

}  // namespace

BOOST_AUTO_TEST_CASE(the_published_grid_on_caltech101_finds_the_reference_winners, *boost::unit_test::precondition(shared_data::is_there)) {
  const auto set = fewclip::io::read_feature_set(shared_data::folder() + "/feature_sets/caltech101_67.safetensors");
  const auto classes = static_cast<fewclip::index>(set.classes);
  const fewclip::class_text<B> text(unit_rows(set.text, set.dim));
  const fewclip::validation_set<B> validation(unit_rows(set.val->features, set.dim), fewclip::class_labels(set.val->labels, classes));
  const fewclip::validation_set<B> test(unit_rows(set.test->features, set.dim), fewclip::class_labels(set.test->labels, classes));
  const auto recipe = fewclip::recipes::tip_adapter::published("caltech101");
  for (const expectation& each : expected) {
    const auto& train = set.train_by_shots.at(each.shots);
    const fewclip::support_set<B> support(unit_rows(train.features, set.dim), fewclip::class_labels(train.labels, classes));
    fewclip::methods::tip_adapter<B, selectors::grid>::params settings;
    fewclip::recipes::apply(recipe, settings);
    const fewclip::methods::tip_adapter<B, selectors::grid> found(text, support, settings, validation);
    BOOST_TEST_MESSAGE(each.shots << " shots: " << found.search().best_hits << " of " << found.search().rows << " validation rows, "
                                  << found.search().ties << " ties");
    BOOST_TEST(found.search().candidates == 4000);
    BOOST_TEST(std::abs(found.search().best_hits - each.val_hits) <= 2);
    BOOST_TEST(found.settings().adapter.cache.kernel.beta == recipe.axes[0].values[each.beta]);
    BOOST_TEST(found.settings().adapter.cache.alpha == recipe.axes[1].values[each.alpha]);
    const auto hits = fewclip::metrics::accuracy(found.logits(test.features()), test).hits;
    BOOST_TEST(std::abs(hits - each.hits) <= 2);
  }
}
