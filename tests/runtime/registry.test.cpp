#include "fewclip/runtime/registry.hpp"

#include <boost/test/unit_test.hpp>
#include <string>

#include "../methods/toy.hpp"

namespace {

using namespace fewclip;
using B = toy::f32;

runtime::method<B> named(const std::string& name) {
  runtime::method_description about;
  about.name = name;
  return {about, {}, {}, {}};
}

}  // namespace

BOOST_AUTO_TEST_CASE(methods_are_found_by_name_in_the_order_they_were_added) {
  runtime::registry<B> methods;
  methods.add(named("tip_adapter"));
  methods.add(named("ape"));
  BOOST_TEST(methods.names() == (std::vector<std::string>{"tip_adapter", "ape"}), boost::test_tools::per_element());
  BOOST_TEST(methods.find("ape").about().name == "ape");
}

BOOST_AUTO_TEST_CASE(an_unknown_name_is_answered_with_the_nearest) {
  runtime::registry<B> methods;
  methods.add(named("tip_adapter"));
  methods.add(named("ape"));
  BOOST_CHECK_EXCEPTION(methods.find("tip_adaptor"), value_error, [](const value_error& e) {
    return std::string(e.what()).find("no method 'tip_adaptor'; did you mean 'tip_adapter'?") != std::string::npos;
  });
}

BOOST_AUTO_TEST_CASE(a_name_can_be_added_once) {
  runtime::registry<B> methods;
  methods.add(named("ape"));
  BOOST_CHECK_THROW(methods.add(named("ape")), value_error);
}
