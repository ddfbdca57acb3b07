#include "fewclip/io/npy.hpp"

#include <boost/test/unit_test.hpp>
#include <cstdint>
#include <string>
#include <vector>

#include "scratch.hpp"

using fewclip::io_error;
using fewclip::io::dtype;
using fewclip::io::npy_array;
using fewclip::io::parse_npy;
using fewclip::io::read_npy;
using fewclip::io::write_npy;
using fewclip::io::write_npy_as;
using scratch::message_of;

namespace {

using floats = std::vector<float>;
using extents = std::vector<std::size_t>;

/// A .npy file with this dictionary, in version 1.0 or 2.0.
std::string npy_text(const std::string& dictionary, const std::string& data, int version = 1) {
  std::string out = std::string("\x93NUMPY") + static_cast<char>(version) + '\0';
  for (int i = 0; i < (version == 1 ? 2 : 4); ++i) out += static_cast<char>((dictionary.size() >> (8 * i)) & 0xFFU);
  return out + dictionary + data;
}

std::string dictionary(const std::string& descr, const std::string& shape, const std::string& order = "False") {
  return "{'descr': '" + descr + "', 'fortran_order': " + order + ", 'shape': " + shape + ", }\n";
}

template <class T>
std::string raw(const std::vector<T>& values) {
  return scratch::text_of(std::as_bytes(std::span(values)));
}

template <class T>
npy_array<T> parsed(const std::string& text) {
  return parse_npy<T>(scratch::bytes_of(text), "f.npy");
}

std::string refusal(const std::string& text) {
  return message_of<io_error>([&] { parsed<float>(text); });
}

}  // namespace

BOOST_AUTO_TEST_CASE(the_six_types_are_read_in_both_versions) {
  for (const int version : {1, 2}) {
    const auto with = [&](const std::string& descr, const std::string& data) { return npy_text(dictionary(descr, "(2,)"), data, version); };
    BOOST_TEST((parsed<float>(with("<f2", raw(std::vector<std::uint16_t>{0x3E00, 0xC000}))).values == floats{1.5F, -2}));
    BOOST_TEST((parsed<float>(with("<f4", raw(floats{1.5F, -2}))).values == floats{1.5F, -2}));
    BOOST_TEST((parsed<double>(with("<f8", raw(std::vector<double>{0.1, -2}))).values == std::vector<double>{0.1, -2}));
    BOOST_TEST((parsed<int>(with("<i4", raw(std::vector<std::int32_t>{-1, 2}))).values == std::vector<int>{-1, 2}));
    BOOST_TEST((parsed<int>(with("<i8", raw(std::vector<std::int64_t>{-1, 2}))).values == std::vector<int>{-1, 2}));
    BOOST_TEST((parsed<int>(with("|u1", raw(std::vector<std::uint8_t>{0, 255}))).values == std::vector<int>{0, 255}));
  }
}

BOOST_AUTO_TEST_CASE(shapes_of_every_rank_are_read) {
  BOOST_TEST((parsed<float>(npy_text(dictionary("<f4", "()"), raw(floats{3}))).shape == extents{}));
  BOOST_TEST((parsed<float>(npy_text(dictionary("<f4", "(1, 2)"), raw(floats{3, 4}))).shape == extents{1, 2}));
  BOOST_TEST((parsed<float>(npy_text(dictionary("<f4", "(2, 0, 3)"), "")).shape == extents{2, 0, 3}));
}

BOOST_AUTO_TEST_CASE(other_spellings_of_the_dictionary_are_read) {
  const std::string data = raw(floats{3, 4});
  for (const char* text :
       {"{\"shape\":(2,),\"fortran_order\":False,\"descr\":\"<f4\"}", "{ 'shape' : ( 2 ) , 'descr' : '<f4' , 'fortran_order' : False }   ",
        "{'descr':'<f4','fortran_order':False,'shape':(2,)}\n"}) {
    BOOST_TEST((parsed<float>(npy_text(text, data)).values == floats{3, 4}));
  }
}

BOOST_AUTO_TEST_CASE(a_written_file_has_exactly_the_bytes_that_numpy_writes) {
  const scratch::directory here;
  write_npy(here.file("a"), {2, 1}, floats{1, 2});
  const std::string start("\x93NUMPY\1\0\x76\0", 10);
  std::string text = "{'descr': '<f4', 'fortran_order': False, 'shape': (2, 1), }";
  text += std::string(117 - text.size(), ' ') + "\n";
  BOOST_TEST(scratch::read_text(here.file("a")) == start + text + raw(floats{1, 2}));
}

BOOST_AUTO_TEST_CASE(what_was_written_is_read_back) {
  const scratch::directory here;
  for (const extents& shape : {extents{6}, extents{2, 3}, extents{1, 2, 3, 1}}) {
    write_npy(here.file("a"), shape, floats{1, 2, 3, 4, 5, 6});
    const npy_array<float> back = read_npy<float>(here.file("a"));
    BOOST_TEST((back.shape == shape));
    BOOST_TEST((back.values == floats{1, 2, 3, 4, 5, 6}));
    BOOST_TEST(scratch::read_text(here.file("a")).size() % 64 == 24U);
  }
  write_npy(here.file("a"), {}, std::vector<std::int64_t>{-7});
  BOOST_TEST((read_npy<std::int64_t>(here.file("a")).values == std::vector<std::int64_t>{-7}));
  write_npy_as(here.file("a"), {2}, floats{0.1F, -2}, dtype::f16);
  BOOST_TEST((read_npy<float>(here.file("a")).values == floats{0x1.998p-4F, -2}));
}

BOOST_AUTO_TEST_CASE(other_types_and_orders_are_refused_with_a_sentence) {
  const std::string start = "f.npy: element type: expected one of <f2, <f4, <f8, <i4, <i8, |u1, got ";
  BOOST_TEST(refusal(npy_text(dictionary(">f4", "(1,)"), "1234")) == start + "`>f4`, which is big-endian");
  BOOST_TEST(refusal(npy_text(dictionary("|O", "(1,)"), "1234")) == start + "`|O`, which is an object");
  BOOST_TEST(refusal(npy_text(dictionary("<c8", "(1,)"), "12345678")) == start + "`<c8`");
  BOOST_TEST(refusal(npy_text("{'descr': [('a', '<f4')], 'fortran_order': False, 'shape': (1,), }", "1234")) ==
             start + "a structured type");
  BOOST_TEST(refusal(npy_text(dictionary("<f4", "(1,)", "True"), "1234")) ==
             "f.npy: order: expected C order (fortran_order: False), got Fortran order");
}

BOOST_AUTO_TEST_CASE(a_file_that_is_no_npy_is_refused) {
  BOOST_TEST(refusal("") == "f.npy: first bytes: expected the .npy mark \\x93NUMPY, got others");
  BOOST_TEST(refusal("PK\3\4") == "f.npy: first bytes: expected the .npy mark \\x93NUMPY, got others");
  BOOST_TEST(refusal(npy_text(dictionary("<f4", "(1,)"), "1234", 3)) == "f.npy: .npy version: expected 1.0 or 2.0, got 3.0");
  BOOST_TEST(refusal("\x93NUMPY") == "f.npy: .npy version: expected 1.0 or 2.0, got 0.0");
  BOOST_TEST(refusal(std::string("\x93NUMPY\1\0\x10", 9)) == "f.npy: size: expected a header length behind the version, got the end");
  BOOST_TEST(refusal(std::string("\x93NUMPY\1\0\xFF\xFF{}", 12)) ==
             "f.npy: length of the header: expected at most the 2 bytes that follow, got 65535");
}

BOOST_AUTO_TEST_CASE(missing_and_surplus_bytes_are_refused) {
  BOOST_TEST(refusal(npy_text(dictionary("<f4", "(2, 3)"), "1234")) == "f.npy: data of shape [2, 3]: expected 24 bytes, got 4");
  BOOST_TEST(refusal(npy_text(dictionary("<f4", "(1,)"), "12345")) == "f.npy: data of shape [1]: expected 4 bytes, got 5");
}

BOOST_AUTO_TEST_CASE(malformed_dictionaries_are_refused_with_the_place) {
  const auto header = [](const std::string& text) { return refusal(npy_text(text, "1234")); };
  BOOST_TEST(header("{'descr': '<f4', 'shape': (1,)}") == "f.npy: header: expected the key 'fortran_order', got none");
  BOOST_TEST(header("{}") == "f.npy: header: expected the key 'descr', got none");
  BOOST_TEST(header("[1]") == "f.npy: header, byte 0: expected '{', got `[1]`");
  BOOST_TEST(header("{'descr': '<f4'") == "f.npy: header, byte 15: expected '}', got the end");
  BOOST_TEST(header("{'descr': '<f4', 'descr': '<f4'}") ==
             "f.npy: header: expected descr, fortran_order and shape, once each, got `descr`");
  BOOST_TEST(header("{'other': 1}") == "f.npy: header: expected descr, fortran_order and shape, once each, got `other`");
  BOOST_TEST(header("{descr: 1}") == "f.npy: header, byte 1: expected a quoted key, got `descr: 1}`");
  BOOST_TEST(header("{'descr") == "f.npy: header, byte 1: expected a closing quote, got `'descr`");
  BOOST_TEST(header("{'fortran_order': 0}") == "f.npy: header, byte 18: expected True or False, got `0}`");
  BOOST_TEST(header("{'shape': (-1,)}") == "f.npy: header, byte 11: expected an extent, a number >= 0, got `-1,)}`");
  BOOST_TEST(header("{'shape': (1 2)}") == "f.npy: header, byte 13: expected ')', got `2)}`");
  BOOST_TEST(header("{'shape': (18446744073709551616,)}") == "f.npy: header, byte 30: expected an extent below 2^64, got `6,)}`");
  BOOST_TEST(header(dictionary("<f4", "(1,)") + "x") == "f.npy: header, byte 58: expected nothing after the dictionary, got `x`");
  std::string many = "(";
  for (int i = 0; i < 33; ++i) many += "1,";
  BOOST_TEST(header(dictionary("<f4", many + ")")).find("expected at most 32 dimensions") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(a_shape_that_overflows_is_refused) {
  BOOST_TEST(message_of<fewclip::shape_error>([] { parsed<float>(npy_text(dictionary("<f4", "(4294967296, 4294967296)"), "1234")); }) ==
             "f.npy: shape: expected fewer than 2^64 bytes, got [4294967296, 4294967296] F32");
}

BOOST_AUTO_TEST_CASE(floating_point_values_do_not_become_integers_silently) {
  BOOST_TEST(message_of<io_error>([] { parsed<int>(npy_text(dictionary("<f4", "(1,)"), "1234")); }) ==
             "f.npy: element type: expected one of the integer types <i4, <i8, |u1, got <f4");
  BOOST_TEST(message_of<fewclip::value_error>([] {
               parsed<int>(npy_text(dictionary("<i8", "(1,)"), raw(std::vector<std::int64_t>{1LL << 40})));
             }) == "f.npy: array, element 0: expected a value in -2147483648..2147483647, got 1099511627776");
}

BOOST_AUTO_TEST_CASE(writing_what_does_not_fit_is_refused_and_the_target_unchanged) {
  const scratch::directory here;
  const std::string path = here.file("a");
  scratch::write_text(path, "old");
  BOOST_TEST(message_of<fewclip::shape_error>([&] { write_npy(path, {3}, floats{1}); }) ==
             path + ": array of shape [3]: expected 12 bytes, got 4");
  BOOST_TEST(message_of<fewclip::shape_error>([&] { write_npy(path, extents(33, 1), floats{1}); }) ==
             path + ": rank: expected at most 32, got 33");
  BOOST_TEST(message_of<fewclip::value_error>([&] { write_npy_as(path, {1}, floats{1e6F}, dtype::f16); }) ==
             path + ": array, element 0: expected a magnitude within the range of F16, got 1000000.000000");
  BOOST_TEST(message_of<fewclip::value_error>([&] { write_npy_as(path, {1}, floats{1}, dtype::bf16); }) ==
             "fewclip::io::write_npy: element type: expected one of F16, F32, F64, I32, I64, U8, got BF16");
  BOOST_TEST(scratch::read_text(path) == "old");
  BOOST_TEST(here.entries() == 1U);
}
