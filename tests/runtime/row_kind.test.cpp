#include "fewclip/runtime/row_kind.hpp"

#include <boost/test/unit_test.hpp>

using namespace fewclip;

BOOST_AUTO_TEST_CASE(every_kind_of_rows_is_found_by_its_name) {
  for (const runtime::row_kind each : runtime::row_kinds) BOOST_TEST((runtime::row_kind_of(runtime::name_of(each)) == each));
  BOOST_TEST(runtime::name_of(runtime::row_kind::tokens) == "tokens");
}

BOOST_AUTO_TEST_CASE(an_unknown_name_gets_the_nearest) {
  BOOST_CHECK_EXCEPTION(runtime::row_kind_of("token"), value_error, [](const value_error& e) {
    return std::string(e.what()).find("no kind of rows 'token'; did you mean 'tokens'?") != std::string::npos;
  });
}
