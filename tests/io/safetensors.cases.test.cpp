#include "fewclip/io/safetensors.hpp"

#include <boost/test/unit_test.hpp>
#include <cmath>
#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <vector>

#include "safetensors_cases.hpp"
#include "scratch.hpp"

using fewclip::io::dtype;
using fewclip::io::safetensors_error;
using fewclip::io::safetensors_file;
using safetensors_cases::one_case;

namespace {

const one_case& named(const std::string& name) {
  static const std::vector<one_case> all = safetensors_cases::read();
  for (const one_case& one : all) {
    if (one.name == name) return one;
  }
  throw std::runtime_error("no case " + name);
}

safetensors_file open(const std::string& name) { return safetensors_file::from_bytes(scratch::bytes_of(named(name).file), name); }

/// "ok", or the name of the rule that opening the file or asking for any tensor breaks.
std::string verdict(const std::function<safetensors_file()>& opening) {
  try {
    const safetensors_file file = opening();
    for (const std::string& name : file.names()) static_cast<void>(file.bytes(name));
    return "ok";
  } catch (const safetensors_error& failure) {
    return name_of(failure.category());
  }
}

}  // namespace

BOOST_AUTO_TEST_CASE(all_44_cases_have_the_expected_verdict_from_memory_and_from_disk) {
  const scratch::directory here;
  int seen = 0;
  for (const one_case& one : safetensors_cases::read()) {
    BOOST_TEST_CONTEXT(one.name) {
      BOOST_TEST(verdict([&] { return safetensors_file::from_bytes(scratch::bytes_of(one.file), one.name); }) == one.expected);
      scratch::write_text(here.file("a"), one.file);
      BOOST_TEST(verdict([&] { return safetensors_file(here.file("a")); }) == one.expected);
    }
    ++seen;
  }
  BOOST_TEST(seen == 44);
}

BOOST_AUTO_TEST_CASE(every_case_reads_the_same_at_every_alignment) {
  for (const one_case& one : safetensors_cases::read()) {
    for (std::size_t shift = 0; shift < 8; ++shift) {
      // The first element of a string of this length lies on the heap, aligned for everything.
      const std::string moved = std::string(shift + 64, ' ') + one.file;
      const auto bytes = scratch::bytes_of(moved).subspan(shift + 64);
      BOOST_TEST(verdict([&] { return safetensors_file::from_bytes(bytes, one.name); }) == one.expected);
    }
  }
}

BOOST_AUTO_TEST_CASE(the_values_of_accepted_cases_are_those_of_their_description) {
  BOOST_TEST((open("ok_2x2_i32").read<float>("test") == std::vector<float>(4, 0.0F)));
  BOOST_TEST((open("ok_2x2_i32").info("test").shape == std::vector<std::size_t>{2, 2}));
  BOOST_TEST((open("ok_scalar").read<std::int64_t>("test") == std::vector<std::int64_t>{0}));
  BOOST_TEST(open("ok_scalar").info("test").shape.empty());
  BOOST_TEST(open("ok_zero_size").read<float>("test").empty());
  BOOST_TEST(open("ok_empty_object").tensors().empty());
  BOOST_TEST((open("ok_metadata").read<float>("test") == std::vector<float>{1, -2}));
  BOOST_TEST((open("ok_metadata").metadata() == std::map<std::string, std::string>{{"format", "pt"}, {"k", "v"}}));
  BOOST_TEST((open("ok_bf16").read<double>("test") == std::vector<double>{1, -2}));
  BOOST_TEST((open("ok_any_key_order").read<float>("a") == std::vector<float>{1.5F}));
  BOOST_TEST((open("ok_any_key_order").read<float>("b") == std::vector<float>{-2.5F}));
  BOOST_TEST((open("ok_unaligned_header").read<float>("test") == std::vector<float>{3.25F}));
  BOOST_TEST((open("ok_unicode_name").names() == std::vector<std::string>{"caf\xC3\xA9"}));
  BOOST_TEST((open("ok_unicode_name").read<std::uint8_t>("caf\xC3\xA9") == std::vector<std::uint8_t>{7}));
  BOOST_TEST((open("ok_zero_size_between").read<float>("b") == std::vector<float>{2}));
  BOOST_TEST(open("ok_metadata_null").metadata().empty());
}

BOOST_AUTO_TEST_CASE(nan_and_infinities_are_read_as_such) {
  const std::vector<float> values = open("ok_nan_inf").read<float>("test");
  BOOST_REQUIRE(values.size() == 3U);
  BOOST_TEST(std::isnan(values[0]));
  BOOST_TEST(values[1] == INFINITY);
  BOOST_TEST(values[2] == -INFINITY);
}

BOOST_AUTO_TEST_CASE(an_unaligned_tensor_is_copied_but_not_viewed) {
  const safetensors_file file = open("ok_unaligned_header");
  BOOST_TEST(reinterpret_cast<std::uintptr_t>(file.bytes("test").data()) % 4 != 0U);
  BOOST_TEST(!file.view<float>("test").has_value());
}

BOOST_AUTO_TEST_CASE(a_type_that_fits_whole_bytes_but_is_not_converted_gives_bytes_only) {
  const safetensors_file file = open("ok_f4_even");
  BOOST_TEST(file.bytes("test").size() == 2U);
  BOOST_TEST(scratch::message_of<safetensors_error>([&] { file.read<float>("test"); }) ==
             "ok_f4_even: tensor `test`, dtype: expected one of F16, BF16, F32, F64, BOOL, U8, I32, I64, got F4");
}

BOOST_AUTO_TEST_CASE(an_unknown_type_spoils_its_own_tensor_only) {
  const std::string text = scratch::safetensors_text(
      R"({"odd":{"dtype":"Q7","shape":[3],"data_offsets":[0,5]},"a":{"dtype":"U8","shape":[1],"data_offsets":[5,6]}})", "12345\x07");
  const safetensors_file file = safetensors_file::from_bytes(scratch::bytes_of(text), "mixed");
  BOOST_TEST((file.read<int>("a") == std::vector<int>{7}));
  BOOST_TEST((file.tensors()[0].type == dtype::unknown));
  BOOST_TEST(file.info("odd").type_name == "Q7");
  for (const auto& asking : std::vector<std::function<void()>>{[&] { static_cast<void>(file.bytes("odd")); },
                                                               [&] { file.read<float>("odd"); }, [&] { file.view<float>("odd"); }}) {
    BOOST_TEST(scratch::message_of<safetensors_error>(asking) == "mixed: tensor `odd`, dtype: expected a type of the format, got `Q7`");
  }
}

BOOST_AUTO_TEST_CASE(messages_name_file_tensor_rule_and_both_numbers) {
  const std::map<std::string, std::string> expected{
      {"seven_bytes", "size: expected at least 8 bytes, got 7"},
      {"header_100000001", "length of the header: expected at most 100000000 bytes, got 100000001"},
      {"header_past_end", "length of the header: expected at most the 0 bytes that follow, got 60"},
      {"non_utf8", "header: expected UTF-8, got an invalid sequence at byte 0"},
      {"json_array", "header: expected a JSON object, got an array"},
      {"missing_offsets", "tensor `test`: expected an object with dtype, shape and data_offsets, got no data_offsets"},
      {"negative_dim", "tensor `test`, shape: expected an array of numbers >= 0, got a negative number"},
      {"float_dim",
       "tensor `test`, shape: expected an array of numbers >= 0, got a number with a fraction, an exponent or too many digits"},
      {"metadata_not_string", "__metadata__, key `a`: expected a text, got a number"},
      {"duplicate_tensor", "header, key `a`: expected one entry, got two"},
      {"hole_at_start", "tensor `test`, data_offsets: expected a range that begins at 0, got [4, 8)"},
      {"partial_overlap", "tensor `b`, data_offsets: expected a range that begins at 8, got [4, 12)"},
      {"size_mismatch", "tensor `test`, shape [2, 2] I32: expected 16 bytes, got 4"},
      {"overflow_elements", "tensor `test`, shape: expected a number of elements below 2^64, got [2, 18446744073709551614] I32"},
      {"overflow_bits", "tensor `test`, shape: expected a number of bits below 2^64, got [2, 9223372036854775807] I32"},
      {"misaligned_f4", "tensor `test`, shape [3] F4: expected a whole number of bytes, got 12 bits"},
      {"trailing_bytes", "size of the data: expected 16 bytes, got 21, so 5 belong to no tensor"},
      {"two_bytes_missing", "size of the data: expected 16 bytes, got 14, so 2 are missing"}};
  for (const auto& [name, message] : expected) {
    BOOST_TEST(scratch::message_of<safetensors_error>([&, key = name] { open(key); }) == name + ": " + message);
  }
}
