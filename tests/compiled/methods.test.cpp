#include "fewclip/compiled/methods.hpp"

#include <boost/test/unit_test.hpp>

#include <string>
#include <vector>

#include "../methods/toy.hpp"
#include "fewclip/methods/tip_adapter.hpp"
#include "fewclip/testing/comparisons.hpp"

using namespace fewclip;

namespace {

template <class B>
tensor<B> by_name(const runtime::registry<B>& methods) {
  typename runtime::method<B>::fit_inputs inputs;
  inputs.text = toy::text<B>();
  inputs.support = toy::support<B>();
  inputs.settings = {{"beta", 3}};
  return methods.find("tip_adapter").fit(inputs)->logits(toy::queries<B>());
}

}  // namespace

BOOST_AUTO_TEST_CASE(every_method_of_fewclip_is_there) {
  const std::vector<std::string> expected{"zero_shot",
                                          "tip_adapter",
                                          "tip_x",
                                          "ape",
                                          "linear_probe",
                                          "clip_adapter",
                                          "tip_adapter_f",
                                          "ape_t",
                                          "coop",
                                          "rtos",
                                          "rtos_feature_anchors",
                                          "rtos_fixed_anchors",
                                          "vt_clip",
                                          "safe",
                                          "safe_a",
                                          "cross_modal",
                                          "tsf_clip"};
  BOOST_TEST(compiled::methods().names() == expected, boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(a_compiled_method_gives_the_numbers_of_the_template) {
  using B = backend::cpu<float>;
  methods::tip_adapter<B>::params settings;
  fewclip::set_setting(settings, "beta", 3, "test");
  const methods::tip_adapter<B> expected(toy::text<B>(), toy::support<B>(), settings);
  const auto found = by_name(compiled::methods()).to_host();
  BOOST_TEST(found == expected.logits(toy::queries<B>()).to_host(), boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(a_method_of_ones_own_joins_those_of_fewclip) {
  compiled::registry all = compiled::methods();
  const std::size_t before = all.methods().size();
  const compiled::method& one = all.methods().front();
  runtime::method_description about = one.about();
  about.name = "my_method";
  all.add(compiled::method(
      about, [](const compiled::method::fit_inputs&) { return nullptr; },
      [](const compiled::method::fit_inputs&, const trained_numbers<compiled::backend>&) { return nullptr; },
      [](const runtime::named_settings&) {}));
  BOOST_TEST(all.methods().size() == before + 1);
  BOOST_TEST(all.find("my_method").about().name == "my_method");
}
