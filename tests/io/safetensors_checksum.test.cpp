#include "fewclip/io/safetensors_checksum.hpp"

#include <boost/test/unit_test.hpp>
#include <cstdint>
#include <string>
#include <tuple>
#include <vector>

#include "fewclip/io/classifier_file.hpp"
#include "fewclip/io/feature_set.hpp"
#include "fewclip/io/safetensors_writer.hpp"
#include "fewclip/io/training_state_file.hpp"
#include "scratch.hpp"

using fewclip::io_error;
using fewclip::io::check_checksum;
using fewclip::io::checksum_key;
using fewclip::io::checksum_of;
using fewclip::io::safetensors_file;
using fewclip::io::safetensors_writer;
using scratch::message_of;

namespace {

std::uint64_t sum_of(const std::string& text, std::size_t piece) {
  fewclip::io::detail::xxh64 sum;
  for (std::size_t at = 0; at < text.size(); at += piece) sum.add(scratch::bytes_of(text.substr(at, piece)));
  return sum.finish();
}

safetensors_file opened(const std::string& bytes) { return safetensors_file::from_bytes(scratch::bytes_of(bytes), "a.st"); }

std::string small_file(bool with_checksum) {
  safetensors_writer out;
  out.add("numbers", {3}, std::vector<float>{1, 2, 3});
  out.metadata("about", "three numbers");
  if (with_checksum) out.add_checksum();
  return scratch::text_of(out.to_bytes());
}

/// Changes every bit of a file in turn; each time reading is refused, or gives what it gave before.
template <class Read>
void no_bit_is_believed(const std::string& path, const Read& read) {
  const std::string whole = scratch::read_text(path);
  const auto expected = read();
  for (std::size_t bit = 0; bit < 8 * whole.size(); ++bit) {
    std::string changed = whole;
    changed[bit / 8] = static_cast<char>(changed[bit / 8] ^ (1 << bit % 8));
    scratch::write_text(path, changed);
    try {
      const bool same = read() == expected;
      BOOST_TEST(same, "bit " << bit << " of " << path << " changes what is read");
    } catch (const fewclip::error&) {
    }
  }
}

}  // namespace

// The values are those of the reference implementation (xxhsum -H64).
BOOST_AUTO_TEST_CASE(the_checksum_is_xxh64_in_whatever_pieces_the_bytes_come) {
  const std::string sentence = "Nobody inspects the spammish repetition";
  for (const std::size_t piece : {1, 3, 8, 31, 32, 33, 1000}) {
    BOOST_TEST(sum_of("", piece) == 0xEF46DB3751D8E999U);
    BOOST_TEST(sum_of("a", piece) == 0xD24EC4F1A98C6E5BU);
    BOOST_TEST(sum_of("abc", piece) == 0x44BC2CF5AD770999U);
    BOOST_TEST(sum_of(sentence, piece) == 0xFBCEA83C8A378BF1U);
  }
}

BOOST_AUTO_TEST_CASE(a_file_without_a_checksum_is_fine_and_one_with_its_own_too) {
  const std::string without = small_file(false);
  const std::string with = small_file(true);
  BOOST_CHECK_NO_THROW(check_checksum(opened(without)));
  BOOST_CHECK_NO_THROW(check_checksum(opened(with)));
  BOOST_TEST(opened(with).metadata().at(checksum_key) == checksum_of(opened(without)));
}

BOOST_AUTO_TEST_CASE(a_changed_number_or_text_is_refused_with_both_checksums) {
  const std::string whole = small_file(true);
  const std::string recorded = checksum_of(opened(whole));
  for (const std::size_t at : {whole.size() - 1, whole.find("three")}) {
    std::string changed = whole;
    changed[at] ^= 1;
    BOOST_TEST(message_of<io_error>([&] { check_checksum(opened(changed)); }) ==
               "a.st: content: expected the checksum `" + recorded + "` that the file records, got `" + checksum_of(opened(changed)) +
                   "`; it was damaged, or changed by a program that kept the entry `fewclip_checksum`");
  }
}

BOOST_AUTO_TEST_CASE(the_checksum_does_not_depend_on_the_order_in_the_file) {
  safetensors_writer here;
  here.add("b", {1}, std::vector<float>{1});
  here.add("a", {1}, std::vector<std::int64_t>{2});
  here.add_checksum();
  // The same two tensors as another program may lay them out: F32 first, and other spaces in the header.
  const std::string header =
      "{\"b\": {\"dtype\": \"F32\", \"shape\": [1], \"data_offsets\": [0, 4]}, \"a\": {\"dtype\": \"I64\", \"shape\": [1], "
      "\"data_offsets\": [4, 12]}}";
  std::string other{static_cast<char>(header.size()), 0, 0, 0, 0, 0, 0, 0};
  other += header + std::string("\0\0\x80\x3F\2\0\0\0\0\0\0\0", 12);
  BOOST_TEST(checksum_of(opened(other)) == opened(scratch::text_of(here.to_bytes())).metadata().at(checksum_key));
}

BOOST_AUTO_TEST_CASE(a_tensor_that_is_only_declared_has_no_checksum) {
  safetensors_writer out;
  out.declare("later", fewclip::io::dtype::f32, {2});
  BOOST_CHECK_THROW(out.add_checksum(), fewclip::error);
}

BOOST_AUTO_TEST_CASE(no_bit_of_a_training_state_is_believed_when_it_is_changed) {
  const scratch::directory here;
  const std::string path = here.file("state");
  fewclip::saved_state state;
  state["moment"] = {{2}, {0.5, -1.0}};
  fewclip::io::write_training_state(state, path, "digest");
  const auto read = [&] {
    const auto found = fewclip::io::read_training_state(path, "digest");
    if (!found) throw io_error("of another training");
    return std::pair(found->at("moment").extents, found->at("moment").values);
  };
  no_bit_is_believed(path, read);
}

BOOST_AUTO_TEST_CASE(no_bit_of_a_feature_set_is_believed_when_it_is_changed) {
  const scratch::directory here;
  const std::string path = here.file("set");
  fewclip::io::feature_set set;
  set.classes = 2;
  set.dim = 2;
  set.class_names = {"ant", "cow"};
  set.text = {1, 0, 0, 1};
  set.train = fewclip::io::labelled_features{{1, 0, 0, 1}, 2, 2, {0, 1}};
  write_feature_set(set, path);
  no_bit_is_believed(path, [&] {
    const auto found = fewclip::io::read_feature_set(path);
    return std::tuple(found.class_names, found.text, found.train->features, found.train->labels);
  });
}

BOOST_AUTO_TEST_CASE(no_bit_of_a_classifier_is_believed_when_it_is_changed) {
  const scratch::directory here;
  const std::string path = here.file("classifier");
  fewclip::io::classifier_file fitted;
  fitted.method = "tip_adapter_f";
  fitted.class_names = {"ant", "cow"};
  fitted.settings = {{"alpha", 0.5}};
  fitted.dim = 2;
  fitted.text = {{2, 2}, {1, 0, 0, 1}};
  fitted.trained["keys"] = {{1, 2}, {0.25F, 4}};
  write_classifier(fitted, path);
  no_bit_is_believed(path, [&] { return fewclip::io::read_classifier(path); });
}
