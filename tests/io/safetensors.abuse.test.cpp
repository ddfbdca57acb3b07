#include "fewclip/io/safetensors.hpp"

#include <boost/test/unit_test.hpp>
#include <string>

#include "scratch.hpp"

using fewclip::io::safetensors_error;
using fewclip::io::safetensors_file;
using fewclip::io::safetensors_limits;

namespace {

/// "ok" or the rule that is broken.
std::string verdict(const std::string& header, const std::string& data = "", const safetensors_limits& limits = {}) {
  const std::string text = scratch::safetensors_text(header, data);
  try {
    safetensors_file::from_bytes(scratch::bytes_of(text), "abuse", limits);
    return "ok";
  } catch (const safetensors_error& failure) {
    return name_of(failure.category());
  }
}

std::string entry(const std::string& name, const std::string& shape, const std::string& offsets) {
  return "\"" + name + R"(":{"dtype":"F32","shape":)" + shape + R"(,"data_offsets":)" + offsets + "}";
}

std::string nested(std::size_t depth) { return std::string(depth, '[') + std::string(depth, ']'); }

}  // namespace

BOOST_AUTO_TEST_CASE(a_hundred_thousand_tensors_over_the_same_bytes_are_an_overlap) {
  std::string header = "{";
  for (int i = 0; i < 100000; ++i) header += (i == 0 ? "" : ",") + entry("t" + std::to_string(i), "[200,200]", "[0,160000]");
  BOOST_TEST(verdict(header + "}", std::string(160000, '\0')) == "invalid_offset");
}

BOOST_AUTO_TEST_CASE(a_header_above_the_limit_is_refused_before_it_is_looked_at) {
  // Sparse file: 700 MB long without a byte of content.
  const scratch::directory here;
  scratch::write_text(here.file("a"), std::string("\0\x27\xB9\x29\0\0\0\0{", 9));
  std::filesystem::resize_file(here.file("a"), 700'000'008);
  BOOST_TEST(scratch::message_of<safetensors_error>([&] { safetensors_file(here.file("a")); }) ==
             here.file("a") + ": length of the header: expected at most 100000000 bytes, got 700000000");
}

BOOST_AUTO_TEST_CASE(a_length_field_of_all_ones_does_not_wrap_around) {
  const std::string text = std::string(8, '\xFF') + "{}";
  safetensors_limits none;
  none.header_bytes = static_cast<std::size_t>(-1);
  BOOST_TEST(scratch::message_of<safetensors_error>([&] { safetensors_file::from_bytes(scratch::bytes_of(text), "f", none); }) ==
             "f: length of the header: expected at most the 2 bytes that follow, got 18446744073709551615");
}

BOOST_AUTO_TEST_CASE(shapes_that_overflow_are_refused) {
  BOOST_TEST(verdict("{" + entry("t", "[2,18446744073709551614]", "[0,16]") + "}", std::string(16, '\0')) == "overflow");
  BOOST_TEST(verdict("{" + entry("t", "[2,9223372036854775807]", "[0,16]") + "}", std::string(16, '\0')) == "overflow");
  BOOST_TEST(verdict("{" + entry("t", "[4294967296,4294967296,0]", "[0,0]") + "}") == "overflow");
  BOOST_TEST(verdict("{" + entry("t", "[0,18446744073709551615,18446744073709551615]", "[0,0]") + "}") == "ok");
  BOOST_TEST(verdict("{" + entry("t", "[18446744073709551616]", "[0,0]") + "}") == "invalid_json");
}

BOOST_AUTO_TEST_CASE(offsets_that_wrap_around_are_refused) {
  BOOST_TEST(verdict("{" + entry("t", "[1]", "[18446744073709551612,0]") + "}") == "invalid_offset");
  BOOST_TEST(verdict("{" + entry("t", "[4611686018427387903]", "[0,18446744073709551612]") + "}") == "overflow");
  BOOST_TEST(verdict("{" + entry("t", "[576460752303423487]", "[0,2305843009213693948]") + "}") == "incomplete_buffer");
}

BOOST_AUTO_TEST_CASE(deep_nesting_is_refused_at_the_limit) {
  const auto header = [](std::size_t depth) {
    return R"({"t":{"x":)" + nested(depth) + R"(,"dtype":"F32","shape":[0],"data_offsets":[0,0]}})";
  };
  BOOST_TEST(verdict(header(6)) == "ok");
  BOOST_TEST(verdict(header(7)) == "limit_exceeded");
  BOOST_TEST(verdict(header(1000000)) == "limit_exceeded");
}

BOOST_AUTO_TEST_CASE(counts_and_lengths_are_refused_above_their_limits) {
  safetensors_limits small;
  small.tensors = 2;
  small.name_bytes = 3;
  small.rank = 2;
  const auto with = [&](const std::string& tensors) { return verdict("{" + tensors + "}", "", small); };
  BOOST_TEST(with(entry("a", "[0]", "[0,0]") + "," + entry("b", "[0]", "[0,0]")) == "ok");
  BOOST_TEST(with(entry("a", "[0]", "[0,0]") + "," + entry("b", "[0]", "[0,0]") + "," + entry("c", "[0]", "[0,0]")) == "limit_exceeded");
  BOOST_TEST(with(entry("abc", "[0,0]", "[0,0]")) == "ok");
  BOOST_TEST(with(entry("abcd", "[0]", "[0,0]")) == "limit_exceeded");
  BOOST_TEST(with(entry("a", "[0,0,0]", "[0,0]")) == "limit_exceeded");
}

BOOST_AUTO_TEST_CASE(a_repeated_key_is_refused_at_every_place_of_the_header) {
  BOOST_TEST(verdict(R"({"__metadata__":{"a":"1","a":"1"}})") == "duplicate_key");
  BOOST_TEST(verdict(R"({"__metadata__":{},"__metadata__":{}})") == "duplicate_key");
  BOOST_TEST(verdict(R"({"t":{"dtype":"F32","shape":[0],"shape":[0],"data_offsets":[0,0]}})") == "duplicate_key");
  BOOST_TEST(verdict(R"({"t":{"dtype":"F32","shape":[0],"data_offsets":[0,0],"data_offsets":[0,0]}})") == "duplicate_key");
  BOOST_TEST(verdict(R"({"t":{"dtype":"F32","dtype":"F32","shape":[0],"data_offsets":[0,0]}})") == "duplicate_key");
  BOOST_TEST(verdict(R"({"t":{"x":{"y":1,"y":1},"dtype":"F32","shape":[0],"data_offsets":[0,0]}})") == "duplicate_key");
  BOOST_TEST(verdict("{" + entry("a", "[0]", "[0,0]") + "," + entry("\\u0061", "[0]", "[0,0]") + "}") == "duplicate_key");
}

BOOST_AUTO_TEST_CASE(malformed_json_is_reported_before_a_repeated_key) {
  BOOST_TEST(verdict(R"({"__metadata__":{"a":"1","a":"1"}} x)") == "invalid_json");
}

BOOST_AUTO_TEST_CASE(spellings_that_json_does_not_allow_are_refused) {
  for (const std::string& header :
       {std::string("\xEF\xBB\xBF{}"), std::string("{}\0", 3), std::string("{\"a\0\":1}", 8), std::string("{} // comment"),
        std::string("{'a':1}"), std::string("{\"__metadata__\":{},}"), std::string("{\"__metadata__\":{\"a\":\"\\ud800\"}}"),
        std::string(""), std::string("null"), std::string("{}{}"), std::string("\"text\""), std::string("1"), std::string("{\"t\":null}"),
        std::string("{\"t\":[]}"), std::string("{\"__metadata__\":[]}"), std::string("{\"__metadata__\":{\"a\":null}}"),
        std::string("{\"__metadata__\":{\"a\":{}}}")}) {
    BOOST_TEST_CONTEXT(header) { BOOST_TEST(verdict(header) == "invalid_json"); }
  }
}

BOOST_AUTO_TEST_CASE(numbers_that_are_no_plain_counts_are_refused) {
  for (const char* number : {"-0", "-1", "1.0", "1e0", "1e999", "\"1\"", "true", "null", "[1]", "01", "+1", "NaN", "{}"}) {
    BOOST_TEST_CONTEXT(number) {
      BOOST_TEST(verdict("{" + entry("t", std::string("[") + number + "]", "[0,4]") + "}", "1234") == "invalid_json");
      BOOST_TEST(verdict("{" + entry("t", "[1]", std::string("[") + number + ",4]") + "}", "1234") == "invalid_json");
    }
  }
}

BOOST_AUTO_TEST_CASE(entries_with_parts_of_the_wrong_type_are_refused) {
  for (const char* header :
       {R"({"t":{"dtype":1,"shape":[0],"data_offsets":[0,0]}})", R"({"t":{"dtype":"F32","shape":0,"data_offsets":[0,0]}})",
        R"({"t":{"dtype":"F32","shape":[0],"data_offsets":[0]}})", R"({"t":{"dtype":"F32","shape":[0],"data_offsets":[0,0,0]}})",
        R"({"t":{"dtype":"F32","shape":[0],"data_offsets":{"a":0}}})", R"({"t":{"dtype":"F32","shape":[[0]],"data_offsets":[0,0]}})",
        R"({"t":{"dtype":["F32"],"shape":[0],"data_offsets":[0,0]}})", R"({"t":{"shape":[0],"data_offsets":[0,0]}})",
        R"({"t":{"dtype":"F32","data_offsets":[0,0]}})", R"({"t":{}})"}) {
    BOOST_TEST_CONTEXT(header) { BOOST_TEST(verdict(header) == "invalid_json"); }
  }
}

BOOST_AUTO_TEST_CASE(hostile_names_are_shortened_and_cleaned_in_messages) {
  const std::string name = std::string("\\u001b[31m") + std::string(200, 'x');
  const std::string text = scratch::safetensors_text("{" + entry(name, "[1]", "[4,8]") + "}", "12345678");
  BOOST_TEST(scratch::message_of<safetensors_error>([&] { safetensors_file::from_bytes(scratch::bytes_of(text), "f"); }) ==
             "f: tensor `?[31m" + std::string(75, 'x') + "...`, data_offsets: expected a range that begins at 0, got [4, 8)");
}
