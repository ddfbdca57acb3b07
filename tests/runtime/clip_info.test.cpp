#include "fewclip/runtime/clip_info.hpp"

#include <boost/test/unit_test.hpp>
#include <limits>

#include "../io/scratch.hpp"

using fewclip::encoders::resnet_architecture;
using fewclip::encoders::vision_transformer_architecture;
using fewclip::runtime::backbone_name;
using fewclip::runtime::difference;

BOOST_AUTO_TEST_CASE(published_towers_have_their_customary_names) {
  const auto vit = [](fewclip::index width, fewclip::index layers, fewclip::index patch, fewclip::index side) {
    vision_transformer_architecture out;
    out.width = width;
    out.layers = layers;
    out.patch = patch;
    out.resolution = side;
    return backbone_name(out);
  };
  BOOST_TEST(vit(768, 12, 32, 224) == "ViT-B/32");
  BOOST_TEST(vit(768, 12, 16, 224) == "ViT-B/16");
  BOOST_TEST(vit(1024, 24, 14, 336) == "ViT-L/14@336");
  BOOST_TEST(vit(1664, 48, 14, 224) == "ViT-bigG/14");
  BOOST_TEST(vit(768, 6, 32, 224) == "ViT-768x6/32");
  BOOST_TEST(backbone_name(resnet_architecture{}) == "RN50");
  BOOST_TEST(backbone_name(resnet_architecture{.blocks = {4, 6, 10, 6}, .width = 80, .resolution = 288}) == "RN50x4");
  BOOST_TEST(backbone_name(resnet_architecture{.blocks = {3, 4, 23, 3}, .resolution = 288}) == "RN101@288");
  BOOST_TEST(backbone_name(resnet_architecture{.blocks = {1, 2, 1, 1}, .width = 4, .resolution = 64}) == "RN-4x1-2-1-1@64");
}

BOOST_AUTO_TEST_CASE(the_difference_is_the_least_cosine_and_the_largest_deviation_over_the_largest_magnitude) {
  const std::vector<float> expected{3, 4, 0, 10};
  const std::vector<float> got{4, 3, 0, 10};  // cosines 24 / 25 and 1
  const auto off = difference(got, expected, 2);
  BOOST_TEST(off.rows == 2);
  BOOST_TEST(off.least_cosine == 0.96, boost::test_tools::tolerance(1e-12));
  BOOST_TEST(off.most_relative == 0.1, boost::test_tools::tolerance(1e-12));
  BOOST_TEST(!off.within());
  BOOST_TEST(off.within(0.95, 0.11));
  BOOST_TEST(difference(expected, expected, 2).within());
}

BOOST_AUTO_TEST_CASE(a_scale_error_is_no_agreement_and_neither_is_nan) {
  const std::vector<float> expected{3, 4};
  const std::vector<float> twice{6, 8};
  BOOST_TEST(!difference(twice, expected, 2).within());
  const std::vector<float> broken{3, std::numeric_limits<float>::quiet_NaN()};
  BOOST_TEST(!difference(broken, expected, 2).within(-2, 1e30));
  const std::vector<float> zeros{0, 0};
  BOOST_TEST(!difference(zeros, expected, 2).within(0.5, 2));
}

BOOST_AUTO_TEST_CASE(rows_of_another_number_are_refused) {
  const std::vector<float> three{1, 2, 3};
  const std::vector<float> four{1, 2, 3, 4};
  const auto message = [](const auto& a, const auto& b, fewclip::index dim) {
    return scratch::message_of<fewclip::shape_error>([&] { difference(a, b, dim); });
  };
  BOOST_TEST(message(three, four, 2).find("expected 4 in rows of 2, got 3") != std::string::npos);
  BOOST_TEST(message(three, three, 2).find("rows of 2") != std::string::npos);
  BOOST_TEST(message(four, four, 0).find("rows of 0") != std::string::npos);
}
