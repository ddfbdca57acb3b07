#include "fewclip/io/safetensors_writer.hpp"

#include <boost/test/unit_test.hpp>
#include <cstdint>
#include <limits>
#include <string>
#include <vector>

#include "safetensors_cases.hpp"
#include "scratch.hpp"

using fewclip::io::dtype;
using fewclip::io::safetensors_error;
using fewclip::io::safetensors_file;
using fewclip::io::safetensors_writer;
using scratch::message_of;

namespace {

using floats = std::vector<float>;

safetensors_writer some_tensors() {
  safetensors_writer out;
  out.add("labels", {3}, std::vector<std::int64_t>{0, 2, 1});
  out.add("b", {2, 1}, floats{1.5F, -2});
  out.add("a \"quoted\"\n\xC3\xA9", {}, floats{7});
  out.add_as("half", dtype::f16, {3}, floats{1, 0.1F, -3});
  out.add("raw", dtype::f4, {4}, std::as_bytes(std::span("\x12\x34", 2)));
  out.add("flags", {0, 5}, std::vector<std::uint8_t>{});
  out.metadata("z", "last");
  out.metadata("a", "replaced");
  out.metadata("a", "first \\");
  return out;
}

std::string text_of(const safetensors_writer& writer) { return scratch::text_of(writer.to_bytes()); }

}  // namespace

BOOST_AUTO_TEST_CASE(the_bytes_of_a_small_file_are_exactly_these) {
  safetensors_writer writer;
  writer.add("x", {2}, std::vector<std::uint8_t>{'h', 'i'});
  writer.add("y", {1}, std::vector<std::int32_t>{0x44434241});
  writer.metadata("k", "v");
  const std::string header =
      R"({"__metadata__":{"k":"v"},"y":{"dtype":"I32","shape":[1],"data_offsets":[0,4]},"x":{"dtype":"U8","shape":[2],"data_offsets":[4,6]}})";
  const std::string padding((8 - header.size() % 8) % 8, ' ');
  BOOST_TEST(text_of(writer) == scratch::safetensors_text(header + padding, "ABCDhi"));
}

BOOST_AUTO_TEST_CASE(tensors_are_ordered_by_type_then_name_and_data_begins_at_a_multiple_of_8) {
  const std::vector<std::byte> bytes = some_tensors().to_bytes();
  const safetensors_file file = safetensors_file::from_bytes(bytes, "f");
  std::vector<std::string> names;
  for (const auto& tensor : file.tensors()) names.push_back(tensor.name);
  BOOST_TEST((names == std::vector<std::string>{"labels", "a \"quoted\"\n\xC3\xA9", "b", "half", "flags", "raw"}));
  BOOST_TEST((file.bytes("labels").data() - bytes.data()) % 8 == 0);
}

BOOST_AUTO_TEST_CASE(what_was_added_is_read_back) {
  const std::vector<std::byte> bytes = some_tensors().to_bytes();
  const safetensors_file file = safetensors_file::from_bytes(bytes, "f");
  BOOST_TEST((file.read<int>("labels") == std::vector<int>{0, 2, 1}));
  BOOST_TEST((file.read<float>("b") == floats{1.5F, -2}));
  BOOST_TEST((file.info("b").shape == std::vector<std::size_t>{2, 1}));
  BOOST_TEST((file.read<float>("a \"quoted\"\n\xC3\xA9") == floats{7}));
  BOOST_TEST((file.read<float>("half") == floats{1, 0x1.998p-4F, -3}));
  BOOST_TEST((file.info("flags").shape == std::vector<std::size_t>{0, 5}));
  BOOST_TEST(file.metadata().at("a") == "first \\");
  BOOST_TEST(file.metadata().size() == 2U);
}

BOOST_AUTO_TEST_CASE(a_file_of_ours_is_rewritten_byte_by_byte) {
  const scratch::directory here;
  some_tensors().write(here.file("a"));
  safetensors_writer::copy_of(safetensors_file(here.file("a"))).write(here.file("b"));
  BOOST_TEST(scratch::read_text(here.file("a")) == text_of(some_tensors()));
  BOOST_TEST(scratch::read_text(here.file("b")) == scratch::read_text(here.file("a")));
  safetensors_writer::copy_of(safetensors_file(here.file("a"))).write(here.file("a"));
  BOOST_TEST(scratch::read_text(here.file("b")) == scratch::read_text(here.file("a")));
}

BOOST_AUTO_TEST_CASE(rewriting_any_accepted_case_once_gives_a_fixed_point) {
  int seen = 0;
  for (const auto& one : safetensors_cases::read()) {
    if (one.expected != "ok") continue;
    const auto once = safetensors_writer::copy_of(safetensors_file::from_bytes(scratch::bytes_of(one.file), one.name)).to_bytes();
    const auto twice = safetensors_writer::copy_of(safetensors_file::from_bytes(once, one.name)).to_bytes();
    BOOST_TEST((once == twice), one.name);
    ++seen;
  }
  BOOST_TEST(seen == 15);
}

BOOST_AUTO_TEST_CASE(the_order_of_the_calls_does_not_matter) {
  safetensors_writer first;
  first.add("a", {1}, floats{1});
  first.add("b", {1}, floats{2});
  first.metadata("x", "1");
  first.metadata("y", "2");
  safetensors_writer second;
  second.metadata("y", "2");
  second.add("b", {1}, floats{2});
  second.metadata("x", "1");
  second.add("a", {1}, floats{1});
  BOOST_TEST(text_of(first) == text_of(second));
}

BOOST_AUTO_TEST_CASE(an_empty_writer_gives_a_valid_empty_file) {
  BOOST_TEST(text_of(safetensors_writer()) == scratch::safetensors_text("{}      ", ""));
}

BOOST_AUTO_TEST_CASE(bad_names_are_refused) {
  safetensors_writer writer;
  const auto adding = [&](const std::string& name) { return message_of<safetensors_error>([&] { writer.add(name, {1}, floats{1}); }); };
  const std::string start = "fewclip::io::safetensors_writer: tensor name: expected ";
  BOOST_TEST(adding("") == start + "at least one character, got an empty text");
  BOOST_TEST(adding("__metadata__") == start + "any name but __metadata__, got __metadata__");
  BOOST_TEST(adding("a\xFF") == start + "UTF-8, got an invalid sequence at byte 1");
  BOOST_TEST(adding(std::string(5000, 'x')) == start + "at most 4096 bytes, got 5000");
  BOOST_TEST(adding("good") == "<no exception>");
  BOOST_TEST(adding("good") == "fewclip::io::safetensors_writer: tensor `good`: expected one tensor of that name, got two");
  BOOST_TEST(safetensors_file::from_bytes(writer.to_bytes(), "f").tensors().size() == 1U);
}

BOOST_AUTO_TEST_CASE(a_name_added_with_another_type_is_still_a_repeated_name) {
  safetensors_writer writer;
  writer.add("t", {1}, floats{1});
  BOOST_CHECK_THROW(writer.add("t", {1}, std::vector<double>{1}), safetensors_error);
  const auto bytes = writer.to_bytes();
  BOOST_TEST(safetensors_file::from_bytes(bytes, "f").tensors().size() == 1U);
}

BOOST_AUTO_TEST_CASE(shapes_that_do_not_match_the_data_are_refused) {
  safetensors_writer writer;
  const std::string start = "fewclip::io::safetensors_writer: tensor `t`, ";
  BOOST_TEST(message_of<safetensors_error>([&] {
               writer.add("t", {2, 2}, floats{1});
             }) == start + "shape [2, 2] F32: expected 16 bytes, got 4");
  BOOST_TEST(message_of<safetensors_error>([&] { writer.add("t", std::vector<std::size_t>(17, 1), floats{1}); }) ==
             start + "rank: expected at most 16, got 17");
  BOOST_TEST(message_of<safetensors_error>([&] { writer.add("t", dtype::f4, {3}, {}); }) ==
             start + "shape [3] F4: expected a whole number of bytes, got 12 bits");
  BOOST_TEST(message_of<safetensors_error>([&] { writer.add("t", dtype::unknown, {}, {}); }) ==
             start + "dtype: expected a type of the format, got unknown");
}

BOOST_AUTO_TEST_CASE(a_float_too_large_for_the_stored_type_is_refused_and_infinity_is_kept) {
  safetensors_writer writer;
  BOOST_TEST(message_of<fewclip::value_error>([&] {
               writer.add_as("t", dtype::f16, {2}, floats{1, 70000});
             }) ==
             "fewclip::io::safetensors_writer: tensor `t`, element 1: expected a magnitude within the range of F16, got 70000.000000");
  BOOST_TEST(message_of<fewclip::value_error>([&] { writer.add_as("t", dtype::i32, {1}, floats{1}); }) ==
             "fewclip::io::safetensors_writer: tensor `t`, element type: expected F16, BF16, F32 or F64, got I32");
  constexpr float infinity = std::numeric_limits<float>::infinity();
  writer.add_as("t", dtype::bf16, {1}, floats{-infinity});
  const auto bytes = writer.to_bytes();
  BOOST_TEST((safetensors_file::from_bytes(bytes, "f").read<float>("t") == floats{-infinity}));
}

BOOST_AUTO_TEST_CASE(metadata_that_is_not_utf8_is_refused) {
  safetensors_writer writer;
  BOOST_TEST(message_of<safetensors_error>([&] { writer.metadata("k", "\xFF"); }) ==
             "fewclip::io::safetensors_writer: metadata `k`: expected UTF-8, got other bytes");
  BOOST_CHECK_THROW(writer.metadata("\xC0", "v"), safetensors_error);
}

BOOST_AUTO_TEST_CASE(a_file_that_cannot_be_written_leaves_the_target_unchanged) {
  const scratch::directory here;
  BOOST_CHECK_THROW(some_tensors().write(here.file("none/a")), fewclip::io_error);
  BOOST_CHECK_THROW(some_tensors().write(here.file("")), fewclip::io_error);
  BOOST_TEST(here.entries() == 0U);
}
