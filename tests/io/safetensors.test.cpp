#include "fewclip/io/safetensors.hpp"

#include <boost/test/unit_test.hpp>
#include <cstdint>
#include <cstring>
#include <limits>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "scratch.hpp"

using fewclip::io::dtype;
using fewclip::io::safetensors_error;
using fewclip::io::safetensors_file;
using fewclip::io::safetensors_rule;
using scratch::message_of;

namespace {

template <class T>
std::string raw(const std::vector<T>& values) {
  return scratch::text_of(std::as_bytes(std::span(values)));
}

/// One tensor named t.
template <class T>
std::string one(const std::string& type, const std::vector<T>& values) {
  const std::string data = raw(values);
  return scratch::safetensors_text(R"({"t":{"dtype":")" + type + R"(","shape":[)" + std::to_string(values.size()) +
                                       R"(],"data_offsets":[0,)" + std::to_string(data.size()) + "]}}",
                                   data);
}

template <class Out, class T>
std::vector<Out> converted(const std::string& type, const std::vector<T>& values) {
  const std::string text = one(type, values);
  return safetensors_file::from_bytes(scratch::bytes_of(text), "f").template read<Out>("t");
}

using floats = std::vector<float>;
using doubles = std::vector<double>;
using int64s = std::vector<std::int64_t>;
using int32s = std::vector<std::int32_t>;
using bytes = std::vector<std::uint8_t>;
using halves = std::vector<std::uint16_t>;

const std::string three =
    R"({"weight":{"dtype":"U8","shape":[1],"data_offsets":[0,1]},"bias":{"dtype":"U8","shape":[1],"data_offsets":[1,2]},)"
    R"("visual.proj":{"dtype":"U8","shape":[1],"data_offsets":[2,3]}})";

}  // namespace

BOOST_AUTO_TEST_CASE(every_convertible_type_becomes_float_and_double) {
  BOOST_TEST((converted<float>("F32", floats{1.5F, -2}) == floats{1.5F, -2}));
  BOOST_TEST((converted<double>("F32", floats{1.5F, -2}) == doubles{1.5, -2}));
  BOOST_TEST((converted<float>("F64", doubles{0.1, -2}) == floats{0.1F, -2}));
  BOOST_TEST((converted<double>("F64", doubles{0.1, -2}) == doubles{0.1, -2}));
  BOOST_TEST((converted<float>("F16", halves{0x3E00, 0x0001}) == floats{1.5F, 0x1.0p-24F}));
  BOOST_TEST((converted<double>("BF16", halves{0x3FC0, 0xC000}) == doubles{1.5, -2}));
  BOOST_TEST((converted<float>("I64", int64s{-3, 16777217}) == floats{-3, 16777216}));
  BOOST_TEST((converted<double>("I32", int32s{-3, 7}) == doubles{-3, 7}));
  BOOST_TEST((converted<float>("U8", bytes{0, 255}) == floats{0, 255}));
  BOOST_TEST((converted<double>("BOOL", bytes{0, 1, 2}) == doubles{0, 1, 1}));
}

BOOST_AUTO_TEST_CASE(integer_types_become_integers_of_any_width) {
  constexpr auto least = std::numeric_limits<std::int64_t>::min();
  BOOST_TEST((converted<std::int64_t>("I64", int64s{least, 5}) == int64s{least, 5}));
  BOOST_TEST((converted<std::int32_t>("I64", int64s{-1, 5}) == int32s{-1, 5}));
  BOOST_TEST((converted<std::int64_t>("I32", int32s{-1, 5}) == int64s{-1, 5}));
  BOOST_TEST((converted<std::uint8_t>("I32", int32s{0, 255}) == bytes{0, 255}));
  BOOST_TEST((converted<std::int32_t>("BOOL", bytes{0, 9}) == int32s{0, 1}));
  BOOST_TEST((converted<std::size_t>("I64", int64s{3}) == std::vector<std::size_t>{3}));
}

BOOST_AUTO_TEST_CASE(an_integer_that_does_not_fit_is_named) {
  BOOST_TEST(message_of<fewclip::value_error>([] {
               converted<std::int32_t>("I64", int64s{0, 2147483648});
             }) == "f: tensor `t`, element 1: expected a value in -2147483648..2147483647, got 2147483648");
  BOOST_TEST(message_of<fewclip::value_error>([] { converted<std::uint8_t>("I32", int32s{-1}); }) ==
             "f: tensor `t`, element 0: expected a value in 0..255, got -1");
}

BOOST_AUTO_TEST_CASE(floating_point_values_do_not_become_integers_silently) {
  for (const auto& [type, text] : {std::pair<std::string, std::string>("F32", one("F32", floats{1})),
                                   {"F64", one("F64", doubles{1})},
                                   {"F16", one("F16", halves{1})},
                                   {"BF16", one("BF16", halves{1})}}) {
    const safetensors_file file = safetensors_file::from_bytes(scratch::bytes_of(text), "f");
    BOOST_TEST(message_of<safetensors_error>([&] { file.read<std::int64_t>("t"); }) ==
               "f: tensor `t`, dtype: expected one of the integer types BOOL, U8, I32, I64, got " + type);
  }
}

BOOST_AUTO_TEST_CASE(types_that_are_not_converted_are_refused_by_name) {
  BOOST_TEST(message_of<safetensors_error>([] { converted<float>("U16", halves{1}); }) ==
             "f: tensor `t`, dtype: expected one of F16, BF16, F32, F64, BOOL, U8, I32, I64, got U16");
  BOOST_TEST(message_of<safetensors_error>([] { converted<std::int64_t>("I8", bytes{1}); }) ==
             "f: tensor `t`, dtype: expected one of the integer types BOOL, U8, I32, I64, got I8");
}

BOOST_AUTO_TEST_CASE(a_missing_tensor_is_answered_with_the_nearest_names) {
  const std::string text = scratch::safetensors_text(three, "123");
  const safetensors_file file = safetensors_file::from_bytes(scratch::bytes_of(text), "model.safetensors");
  BOOST_TEST(file.find("wieght") == nullptr);
  BOOST_TEST(
      message_of<safetensors_error>([&] { static_cast<void>(file.info("wieght")); }) ==
      "model.safetensors: tensor `wieght`: expected one of that name, got none; the nearest of 3 names: `weight`, `bias`, `visual.proj`");
  const std::string empty = scratch::safetensors_text("{}", "");
  BOOST_TEST(message_of<safetensors_error>([&] { safetensors_file::from_bytes(scratch::bytes_of(empty), "f").read<float>("a"); }) ==
             "f: tensor `a`: expected one of that name, got none; the nearest of 0 names: none");
}

BOOST_AUTO_TEST_CASE(names_are_sorted_and_tensors_are_in_the_order_of_the_data) {
  const std::string text = scratch::safetensors_text(three, "123");
  const safetensors_file file = safetensors_file::from_bytes(scratch::bytes_of(text), "f");
  BOOST_TEST((file.names() == std::vector<std::string>{"bias", "visual.proj", "weight"}));
  BOOST_TEST(file.tensors()[0].name == "weight");
  BOOST_TEST(file.tensors()[2].name == "visual.proj");
  BOOST_TEST(file.info("bias").begin == 1U);
  BOOST_TEST(file.find("bias")->elements() == 1U);
  BOOST_TEST(scratch::text_of(file.bytes("bias")) == "2");
}

BOOST_AUTO_TEST_CASE(an_aligned_tensor_of_the_same_type_is_viewed_without_a_copy) {
  const scratch::directory here;
  const std::string header = R"({"t":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}})";
  scratch::write_text(here.file("a"), scratch::safetensors_text(header + std::string(64 - header.size(), ' '), raw(floats{1.5F, 2})));
  const safetensors_file file(here.file("a"));
  const auto view = file.view<float>("t");
  BOOST_REQUIRE(view.has_value());
  BOOST_TEST(static_cast<const void*>(view->data()) == static_cast<const void*>(file.bytes("t").data()));
  BOOST_TEST((floats(view->begin(), view->end()) == floats{1.5F, 2}));
  BOOST_TEST(!file.view<std::int32_t>("t").has_value());
}

BOOST_AUTO_TEST_CASE(spans_stay_valid_when_the_file_is_moved_and_replaced) {
  const scratch::directory here;
  scratch::write_text(here.file("a"), one("U8", bytes{1, 2, 3}));
  safetensors_file first(here.file("a"));
  const auto before = first.bytes("t");
  const safetensors_file second(std::move(first));
  std::filesystem::remove(here.file("a"));
  BOOST_TEST(second.bytes("t").data() == before.data());
  BOOST_TEST((second.read<int>("t") == std::vector<int>{1, 2, 3}));
  BOOST_TEST(scratch::text_of(second.file_bytes()) == one("U8", bytes{1, 2, 3}));
  second.release_pages();
  BOOST_TEST((second.read<int>("t") == std::vector<int>{1, 2, 3}));
  BOOST_TEST(second.path() == here.file("a"));
}

BOOST_AUTO_TEST_CASE(values_are_checked_for_nan_and_infinity_on_request_only) {
  const std::string text = one("F32", floats{1, 2, -std::numeric_limits<float>::infinity()});
  const safetensors_file file = safetensors_file::from_bytes(scratch::bytes_of(text), "f");
  BOOST_TEST(message_of<fewclip::value_error>([&] { file.check_finite("t"); }) ==
             "f: tensor `t`, element 2: expected a finite number, got -inf");
  const std::string good = one("F32", floats{1, 2});
  BOOST_CHECK_NO_THROW(safetensors_file::from_bytes(scratch::bytes_of(good), "f").check_finite("t"));
}

BOOST_AUTO_TEST_CASE(a_file_that_cannot_be_opened_is_an_io_error) {
  BOOST_TEST(message_of<fewclip::io_error>([] { safetensors_file("/nowhere"); }) ==
             "/nowhere: open: expected success, got No such file or directory");
}

BOOST_AUTO_TEST_CASE(extra_members_of_an_entry_are_ignored_whatever_they_hold) {
  const std::string text = scratch::safetensors_text(
      R"({"t":{"x":{"shape":[1,{"dtype":null}],"data_offsets":-1},"dtype":"U8","y":[[1.5,true],[]],"shape":[1],"z":"w","data_offsets":[0,1]}})",
      "7");
  BOOST_TEST((safetensors_file::from_bytes(scratch::bytes_of(text), "f").read<int>("t") == std::vector<int>{'7'}));
}

BOOST_AUTO_TEST_CASE(reading_from_many_threads_gives_the_same_values) {
  const std::string text = one("F32", floats(10000, 0.5F));
  const safetensors_file file = safetensors_file::from_bytes(scratch::bytes_of(text), "f");
  std::vector<floats> got(4);
  std::vector<std::thread> threads;
  for (floats& out : got) threads.emplace_back([&] { out = file.read<float>("t"); });
  for (std::thread& thread : threads) thread.join();
  for (const floats& out : got) BOOST_TEST((out == floats(10000, 0.5F)));
}
