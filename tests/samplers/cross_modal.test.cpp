#include "fewclip/samplers/cross_modal.hpp"

#include <boost/test/unit_test.hpp>
#include <set>

using fewclip::samplers::cross_modal;
using position = fewclip::index;

namespace {

cross_modal made(position batch, position texts, double share = 0.5) {
  return {{.batch_size = batch, .text_share = share, .text_rows = texts, .seed = 3}};
}

}  // namespace

static_assert(fewclip::sampler<cross_modal>);

BOOST_AUTO_TEST_CASE(a_step_has_images_first_and_the_smaller_half_texts) {
  const auto sampler = made(5, 6);
  BOOST_TEST(sampler.texts_per_step() == 2);
  for (position step = 0; step < 20; ++step) {
    const auto rows = sampler.order(16, step);
    BOOST_TEST_REQUIRE(rows.size() == 5U);
    for (std::size_t i = 0; i < 3; ++i) BOOST_TEST((rows[i] >= 0 && rows[i] < 10));
    for (std::size_t i = 3; i < 5; ++i) BOOST_TEST((rows[i] >= 10 && rows[i] < 16));
  }
}

// 10 images give 3 whole batches of 3 per pass, 6 texts give 3 of 2.
BOOST_AUTO_TEST_CASE(no_row_comes_twice_in_a_pass_and_passes_differ) {
  const auto sampler = made(5, 6);
  std::vector<std::vector<position>> passes;
  for (position pass = 0; pass < 4; ++pass) {
    std::set<position> seen;
    std::vector<position> all;
    for (position step = 3 * pass; step < 3 * pass + 3; ++step) {
      for (const position row : sampler.order(16, step)) {
        BOOST_TEST(seen.insert(row).second);
        all.push_back(row);
      }
    }
    passes.push_back(all);
  }
  BOOST_TEST((passes[0] != passes[1]));
  BOOST_TEST((passes[1] != passes[2]));
}

BOOST_AUTO_TEST_CASE(a_step_is_a_function_of_seed_and_step) {
  const auto running = made(5, 6);
  std::vector<std::vector<position>> all;
  for (position step = 0; step < 9; ++step) all.push_back(running.order(16, step));
  for (position step = 8; step >= 0; --step) BOOST_TEST((made(5, 6).order(16, step) == all[static_cast<std::size_t>(step)]));
  auto other = made(5, 6);
  other.settings.seed = 4;
  BOOST_TEST((other.order(16, 0) != all[0]));
}

BOOST_AUTO_TEST_CASE(without_texts_all_rows_are_images) {
  BOOST_TEST(made(5, 0).order(16, 0).size() == 5U);
  BOOST_TEST(made(5, 0).texts_per_step() == 0);
  BOOST_TEST(made(5, 6, 0).order(16, 0).size() == 5U);
  for (const position row : made(5, 6, 0).order(16, 0)) BOOST_TEST(row < 10);
}

// EuroSAT: 10 texts; 1 shot gives 20 image rows, 16 shots 320.
BOOST_AUTO_TEST_CASE(the_grid_drops_a_batch_of_32_for_ten_texts_only) {
  for (const position shots : {1, 16}) {
    BOOST_TEST(made(8, 10).kept_in_grid(10 + 20 * shots));
    BOOST_TEST(!made(32, 10).kept_in_grid(10 + 20 * shots));
    BOOST_TEST(made(32, 37).kept_in_grid(37 + 74 * shots));
  }
}

BOOST_AUTO_TEST_CASE(a_batch_larger_than_a_stream_is_refused) {
  BOOST_CHECK_THROW(made(8, 3).order(30, 0), fewclip::value_error);
  BOOST_CHECK_THROW(made(8, 6).order(9, 0), fewclip::value_error);
  BOOST_CHECK_THROW(made(8, 20).order(9, 0), fewclip::value_error);
}
