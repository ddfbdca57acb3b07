#include "fewclip/tuners/transfer.hpp"

#include <boost/test/unit_test.hpp>

#include "tiny_pairs.hpp"

using namespace fewclip;
using namespace fewclip::tests;

BOOST_AUTO_TEST_CASE(weights_become_halves_and_norms_and_embeddings_stay) {
  auto made = tiny_clip<real>();
  visit_parameters(made, [](std::string_view, parameter<real>& each) { each.mutable_value().mutable_data()[0] = 0.05001; });
  const auto before = values_of<real>(made);
  tuners::round_to_half<real>(made);
  std::size_t rounded = 0;
  for (const auto& [name, values] : values_of<real>(made)) {
    const bool kept = name.find("ln_") != std::string::npos || name.find("embedding") != std::string::npos || name == "logit_scale";
    BOOST_TEST((values == before.at(name)) == kept, name);
    if (kept) continue;
    // 0.05001 is 1638.7 units of 2^-15, the unit in the last place of a half between 1/32 and 1/16
    BOOST_TEST(values[0] == 1639 * 0x1.0p-15, name);
    ++rounded;
  }
  BOOST_TEST(rounded == 1U + 2U * 2U * 8U + 2U);
}
