#include "fewclip/compiled/backend.hpp"

#include <boost/test/unit_test.hpp>

#include <algorithm>
#include <string>

// The component is told whether oneDNN is there, and so is whoever links it.
BOOST_AUTO_TEST_CASE(the_providers_are_eigen_and_those_of_onednn_where_it_is_there) {
  const auto names = fewclip::compiled::products::names();
  BOOST_TEST(names[0] == "eigen");
  const bool onednn = std::find(names.begin(), names.end(), "onednn-f32") != names.end();
#if defined(FEWCLIP_COMPILED_WITH_ONEDNN)
  BOOST_TEST(onednn);
#else
  BOOST_TEST(!onednn);
#endif
  BOOST_TEST(fewclip::compiled::products::name() == "eigen");
}
