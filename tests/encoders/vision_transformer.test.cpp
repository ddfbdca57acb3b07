#include "fewclip/encoders/vision_transformer.hpp"

#include <boost/test/unit_test.hpp>

#include "fewclip/core/parallel.hpp"
#include "fewclip/core/random.hpp"
#include "golden_towers.hpp"

using namespace fewclip;
using namespace fewclip::tests;

namespace {

template <class B>
tensor<B> random_images(fewclip::index count, fewclip::index side, std::uint64_t seed) {
  const random_stream numbers(seed);
  tensor<B> out({count, 3, side, side});
  for (fewclip::index i = 0; i < out.size(); ++i) {
    out.mutable_data()[i] = static_cast<typename B::scalar>(numbers.normal(static_cast<std::uint64_t>(i)));
  }
  return out;
}

}  // namespace

BOOST_AUTO_TEST_CASE(all_tokens_agree_with_transformers) {
  auto encoder = golden_image_encoder<real>();
  const auto images = golden_tensor<real>("images");
  const auto expected = golden_towers().read<double>("tokens");
  const auto plain = encoder.trunk().tokens(images);
  BOOST_TEST((plain.extents() == shape{3, 5, 12}));
  BOOST_TEST(relative_difference(plain.to_host(), expected) < 1e-12);
  encoder.prepare();
  BOOST_TEST(relative_difference(encoder.trunk().tokens(images).to_host(), expected) < 1e-12);
  BOOST_TEST(relative_difference(encoder.trunk().tokens(images.reshaped({3, 108})).to_host(), expected) < 1e-12);
}

BOOST_AUTO_TEST_CASE(the_first_token_alone_is_the_first_of_all) {
  auto encoder = golden_image_encoder<real>();
  const auto images = random_images<real>(7, 6, 3);
  const auto all = encoder.trunk().tokens(images);
  std::vector<double> expected;
  for (fewclip::index i = 0; i < 7; ++i) expected.insert(expected.end(), all.data() + i * 60, all.data() + i * 60 + 12);
  BOOST_TEST(relative_difference(encoder.trunk().first_token(images).to_host(), expected) < 1e-13);
  encoder.prepare();
  BOOST_TEST(relative_difference(encoder.trunk().first_token(images).to_host(), expected) < 1e-12);
}

BOOST_AUTO_TEST_CASE(a_batch_in_slices_equals_its_images_one_by_one) {
  auto encoder = golden_image_encoder<real>();
  encoder.prepare();
  const auto images = random_images<real>(650, 6, 4);  // 320 images of five tokens are a slice
  const auto all = encoder.trunk().tokens(images).to_host();
  const auto first = encoder.trunk().first_token(images).to_host();
  for (const fewclip::index i : {0, 319, 320, 639, 640, 649}) {
    const auto one = encoder.trunk().tokens(images.rows_slice(i, 1)).to_host();
    BOOST_TEST(relative_difference(one, std::vector<double>(all.begin() + i * 60, all.begin() + (i + 1) * 60)) < 1e-12, "image " << i);
    BOOST_TEST(relative_difference(std::vector<double>(one.begin(), one.begin() + 12),
                                   std::vector<double>(first.begin() + i * 12, first.begin() + (i + 1) * 12)) < 1e-12,
               "image " << i);
  }
}

BOOST_AUTO_TEST_CASE(patches_moved_together_with_their_positions_change_nothing) {
  auto encoder = golden_image_encoder<real>();
  encoder.prepare();
  const auto images = random_images<real>(1, 6, 5);
  const auto before = encoder.embed(images).to_host();
  tensor<real> turned = images;  // the left patches and the right ones change places
  for (fewclip::index i = 0; i < images.size(); ++i) turned.mutable_data()[i / 6 * 6 + (i % 6 + 3) % 6] = images.data()[i];
  BOOST_TEST(relative_difference(encoder.embed(turned).to_host(), before) > 1e-3);
  visit_parameters(encoder, [](std::string_view name, parameter<real>& p) {
    if (name != "visual.positional_embedding") return;
    double* rows = p.mutable_value().mutable_data();
    for (const fewclip::index left : {1, 3}) std::swap_ranges(rows + left * 12, rows + left * 12 + 12, rows + left * 12 + 12);
  });
  BOOST_TEST(relative_difference(encoder.embed(turned).to_host(), before) < 1e-12);
}

BOOST_AUTO_TEST_CASE(weights_changed_after_prepare_count_at_once) {
  auto encoder = golden_image_encoder<real>();
  encoder.prepare();
  const auto images = golden_tensor<real>("images");
  const auto before = encoder.trunk().first_token(images).to_host();
  for (const char* changed : {"conv1.weight", "transformer.resblocks.0.attn.in_proj_weight", "transformer.resblocks.1.attn.in_proj_weight",
                              "transformer.resblocks.1.mlp.c_fc.weight", "transformer.resblocks.0.mlp.c_proj.bias"}) {
    auto copy = encoder;
    copy.trunk().visit_parameters([&](std::string_view name, parameter<real>& p) {
      if (name == changed) p.mutable_value().mutable_data()[0] += 0.5;
    });
    const auto stale = copy.trunk().first_token(images).to_host();
    copy.prepare();
    BOOST_TEST(relative_difference(stale, copy.trunk().first_token(images).to_host()) < 1e-12, changed);
    BOOST_TEST(relative_difference(stale, before) > 1e-6, changed);
  }
}

BOOST_AUTO_TEST_CASE(results_do_not_depend_on_the_number_of_threads) {
  using B = backend::cpu<float>;
  const int before = threads();
  auto encoder = golden_image_encoder<B>();
  encoder.prepare();
  const auto images = random_images<B>(100, 6, 6);
  std::vector<std::vector<float>> results;
  for (const int count : {1, 2, 3}) {
    set_threads(count);
    results.push_back(encoder.trunk().first_token(images).to_host());
  }
  set_threads(before);
  BOOST_TEST(results[0] == results[1]);
  BOOST_TEST(results[0] == results[2]);
}

BOOST_AUTO_TEST_CASE(no_image_gives_no_row) {
  auto encoder = golden_image_encoder<real>();
  encoder.prepare();
  BOOST_TEST((encoder.trunk().first_token(tensor<real>({0, 3, 6, 6})).extents() == shape{0, 12}));
  BOOST_TEST((encoder.trunk().tokens(tensor<real>({0, 3, 6, 6})).extents() == shape{0, 5, 12}));
}

BOOST_AUTO_TEST_CASE(images_and_sizes_that_do_not_fit_are_refused) {
  const auto encoder = golden_image_encoder<real>();
  BOOST_CHECK_THROW(encoder.trunk().tokens(tensor<real>({1, 3, 7, 7})), shape_error);
  BOOST_CHECK_THROW(encoder.trunk().tokens(tensor<real>({1, 1, 6, 6})), shape_error);
  auto sizes = golden_vision();
  sizes.heads = 5;
  BOOST_CHECK_THROW(encoders::vision_transformer::fitted<real>{sizes}, value_error);
}
