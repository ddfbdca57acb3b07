#include "fewclip/checkpoints/load_parameters.hpp"

#include <boost/test/unit_test.hpp>
#include <string>

#include "fewclip/testing/backends.hpp"
#include "fixtures.hpp"

using fewclip::shape;
using fewclip::checkpoints::checkpoint;
using fewclip::checkpoints::load_parameters;

namespace {

/// Two parameters under names of the table.
template <class B>
struct component {
  fewclip::parameter<B> projection{fewclip::tensor<B>(shape{20, 32})};
  fewclip::parameter<B> norm{fewclip::tensor<B>(shape{32})};
  const char* norm_name = "visual.ln_post.weight";

  template <class Visitor>
  void visit_parameters(Visitor&& visit) {
    visit("visual.proj", projection);
    visit(norm_name, norm);
  }
};

struct without_parameters {};

}  // namespace

BOOST_AUTO_TEST_CASE_TEMPLATE(every_parameter_gets_the_tensor_of_its_name, B, fewclip::testing::cpu_backends) {
  const checkpoint from(fixtures::model("vit/openai"));
  component<B> loaded;
  load_parameters(loaded, from);
  BOOST_TEST((loaded.projection.value().to_host() == from.read<B>("visual.proj", {20, 32}).to_host()));
  BOOST_TEST((loaded.norm.value().to_host() == from.read<B>("visual.ln_post.weight", {32}).to_host()));
  BOOST_TEST(loaded.norm.value().to_host()[0] != 0);
}

BOOST_AUTO_TEST_CASE(all_that_does_not_fit_is_reported_at_once_and_nothing_is_changed) {
  const checkpoint from(fixtures::model("vit/hf"));
  component<fixtures::cpu> other;
  other.norm_name = "visual.ln_last.weight";
  other.projection.mutable_value() = fewclip::tensor<fixtures::cpu>(shape{32, 20}, 7.0F);
  BOOST_TEST(
      scratch::message_of<fewclip::io_error>([&] { load_parameters(other, from); }) ==
      from.path() +
          ": 2 of 2 parameters cannot be loaded: visual.proj: expected [32, 20], got [20, 32]; visual.ln_last.weight: expected [32], "
          "got no such tensor in a checkpoint in the hf dialect with vision transformer and text tower");
  other.norm_name = "visual.ln_post.weight";
  BOOST_CHECK_THROW(load_parameters(other, from), fewclip::io_error);
  BOOST_TEST(other.norm.value().to_host()[0] == 0);
  BOOST_TEST(other.projection.value().to_host()[0] == 7);
}

BOOST_AUTO_TEST_CASE(a_component_without_parameters_needs_nothing) {
  without_parameters none;
  BOOST_CHECK_NO_THROW(load_parameters(none, checkpoint(fixtures::model("vit/hf"))));
}
