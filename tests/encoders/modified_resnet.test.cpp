#include "fewclip/encoders/modified_resnet.hpp"

#define BOOST_TEST_MODULE encoders_modified_resnet
#include <boost/test/unit_test.hpp>

#include "fewclip/backend/cpu.hpp"
#include "resnet_checks.hpp"

using namespace fewclip;
using namespace fewclip::tests;

namespace {
using real = backend::cpu<double>;
}

BOOST_AUTO_TEST_CASE(tokens_agree_with_open_clip) {
  const golden_resnet golden;
  auto tower = golden_tower<real>();
  golden.near(tower.tokens(drawn<real>(7, {2, 3, 64, 64})), "tokens");
}
