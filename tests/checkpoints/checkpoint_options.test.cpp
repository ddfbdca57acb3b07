#include "fewclip/checkpoints/checkpoint_options.hpp"

#include <boost/test/unit_test.hpp>

using namespace fewclip::checkpoints;

BOOST_AUTO_TEST_CASE(nothing_is_overruled_by_default) {
  const checkpoint_options options;
  BOOST_TEST(!options.act.has_value());
  BOOST_TEST(!options.image_heads.has_value());
  BOOST_TEST(!options.text_heads.has_value());
  BOOST_TEST(!options.end_id.has_value());
}

BOOST_AUTO_TEST_CASE(an_image_tower_is_a_vision_transformer_or_a_resnet) {
  BOOST_TEST(image_architecture(fewclip::encoders::vision_transformer_architecture{}).index() == 0U);
  BOOST_TEST(image_architecture(fewclip::encoders::resnet_architecture{}).index() == 1U);
}
