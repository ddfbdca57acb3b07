#include "fewclip/prompts/ensemble.hpp"

#include <boost/test/unit_test.hpp>
#include <cmath>
#include <limits>
#include <string>
#include <vector>

#include "../io/scratch.hpp"
#include "fewclip/backend/cpu.hpp"
#include "fewclip/io/safetensors.hpp"

namespace tt = boost::test_tools;
using fewclip::shape_error;
using fewclip::value_error;
using fewclip::prompts::class_rows;
using scratch::message_of;
using numbers = std::vector<double>;
using counts = std::vector<fewclip::index>;

namespace {

numbers rows(const numbers& embeddings, fewclip::index dim, const counts& of_class) {
  return class_rows<double>(std::span<const double>(embeddings), dim, std::span<const fewclip::index>(of_class));
}

std::string refusal(const numbers& embeddings, const counts& of_class) {
  return message_of<value_error>([&] { rows(embeddings, 2, of_class); });
}

}  // namespace

BOOST_AUTO_TEST_CASE(one_prompt_gives_its_unit_embedding) {
  BOOST_TEST(rows({3, 4, 1, -1}, 2, {1, 1}) == (numbers{0.6, 0.8, std::sqrt(0.5), -std::sqrt(0.5)}), tt::tolerance(1e-15)
                                                                                                         << tt::per_element());
}

BOOST_AUTO_TEST_CASE(prompts_count_the_same_whatever_their_length) {
  const double half = std::sqrt(0.5);
  const auto out = rows({5, 0, 0, 0.1, 7, 7}, 2, {2, 1});
  BOOST_TEST(out == (numbers{half, half, half, half}), tt::tolerance(1e-15) << tt::per_element());
}

BOOST_AUTO_TEST_CASE(sentences_outweigh_a_template_by_their_number) {
  // Unit vectors at 0 degrees once and at 90 degrees three times: the flat mean (1, 3) / 4, not the mean of two means.
  const auto out = rows({1, 0, 0, 1, 0, 2, 0, 3}, 2, {4});
  BOOST_TEST(out == (numbers{1 / std::sqrt(10.0), 3 / std::sqrt(10.0)}), tt::tolerance(1e-15) << tt::per_element());
}

BOOST_AUTO_TEST_CASE(rows_agree_with_numpy) {
  const fewclip::io::safetensors_file golden(FEWCLIP_TEST_SOURCE_DIR "/golden/feature_methods.safetensors");
  const auto embeddings = golden.read<double>("prompt_features");
  const auto expected = golden.read<double>("text_features");
  using exact = fewclip::backend::cpu<double>;
  const auto all = fewclip::tensor<exact>::from_host(embeddings.data(), {21, 40});
  const counts three(7, 3);
  const auto out = class_rows(all, std::span<const fewclip::index>(three));
  BOOST_TEST(out.extents().text() == "[7, 40]");
  BOOST_TEST(out.to_host() == numbers(expected.begin(), expected.end()), tt::tolerance(1e-12) << tt::per_element());
  using single = fewclip::backend::cpu<float>;
  const std::vector<float> narrow(embeddings.begin(), embeddings.end());
  const auto narrow_out =
      class_rows(fewclip::tensor<single>::from_host(narrow.data(), {21, 40}), std::span<const fewclip::index>(three)).to_host();
  for (std::size_t i = 0; i < narrow_out.size(); ++i) BOOST_TEST(std::abs(narrow_out[i] - static_cast<float>(expected[i])) < 1e-6F);
}

BOOST_AUTO_TEST_CASE(wrong_extents_are_refused) {
  BOOST_TEST(message_of<shape_error>([] {
               rows({1, 2, 3}, 2, {1, 1});
             }) == "fewclip::prompts::class_rows: embeddings: expected 2 rows of 2 values, got 3 values");
  BOOST_TEST(message_of<shape_error>([] { rows({}, 0, {1}); }) ==
             "fewclip::prompts::class_rows: embeddings: expected 1 rows of 0 values, got 0 values");
}

BOOST_AUTO_TEST_CASE(rows_without_a_direction_are_refused) {
  BOOST_TEST(refusal({1, 0, 0, 0}, {2})
                 .starts_with("fewclip::prompts::class_rows: embedding of prompt 1: expected finite values, not all 0, got "));
  BOOST_TEST(refusal({std::nan(""), 0}, {1}).starts_with("fewclip::prompts::class_rows: embedding of prompt 0: "));
  BOOST_TEST(
      refusal({std::numeric_limits<double>::infinity(), 0}, {1}).starts_with("fewclip::prompts::class_rows: embedding of prompt 0: "));
  BOOST_TEST(refusal({1, 0, -1, 0}, {2}).starts_with("fewclip::prompts::class_rows: mean of class 0: "));
  BOOST_TEST(refusal({1, 0}, {1, 0}) == "fewclip::prompts::class_rows: prompts of class 1: expected at least 1, got 0");
}
