#include "fewclip/io/feature_set.hpp"

#include <boost/test/unit_test.hpp>
#include <cstdint>
#include <limits>
#include <string>
#include <vector>

#include "scratch.hpp"

using fewclip::io_error;
using fewclip::shape_error;
using fewclip::value_error;
using fewclip::io::dtype;
using fewclip::io::safetensors_file;
using fewclip::io::safetensors_writer;

namespace {

using floats = std::vector<float>;
using labels = std::vector<std::int64_t>;

/// The start of a set: two test rows of three numbers, classes 0 and 1.
safetensors_writer two_rows() {
  safetensors_writer out;
  out.add("test_features", {2, 3}, floats{1, 2, 3, 4, 5, 6});
  out.add("test_labels", {2}, labels{0, 1});
  return out;
}

/// The message on reading, which must be an `Error` and begin with the name of the file.
template <class Error>
std::string refusal(const safetensors_writer& writer) {
  const auto bytes = writer.to_bytes();
  const std::string message = scratch::message_of<Error>([&] { read_feature_set(safetensors_file::from_bytes(bytes, "set.safetensors")); });
  const std::string start = "set.safetensors: ";
  return message.starts_with(start) ? message.substr(start.size()) : "<no file name> " + message;
}

template <class Error>
std::string with_names(const std::string& json) {
  safetensors_writer writer = two_rows();
  writer.metadata("class_names", json);
  return refusal<Error>(writer);
}

}  // namespace

BOOST_AUTO_TEST_CASE(a_file_without_train_and_test_rows_is_refused) {
  const std::string expected = "tensors: expected train_features, train{K}_features or test_features, with labels, got none of these";
  BOOST_TEST(refusal<io_error>(safetensors_writer()) == expected);
  safetensors_writer writer;
  writer.add("val_features", {1, 1}, floats{1});
  writer.add("val_labels", {1}, labels{0});
  BOOST_TEST(refusal<io_error>(writer) == expected);
}

BOOST_AUTO_TEST_CASE(features_without_labels_and_labels_without_features_are_refused) {
  safetensors_writer features = two_rows();
  features.add("train4_features", {1, 3}, floats{1, 2, 3});
  BOOST_TEST(refusal<io_error>(features) == "tensor `train4_features`: expected a tensor `train4_labels` beside it, got none");
  safetensors_writer alone = two_rows();
  alone.add("val_labels", {1}, labels{0});
  BOOST_TEST(refusal<io_error>(alone) == "tensor `val_labels`: expected a tensor `val_features` beside it, got none");
}

BOOST_AUTO_TEST_CASE(features_labels_and_text_of_another_type_are_refused) {
  safetensors_writer features = two_rows();
  features.add("val_features", {1, 3}, std::vector<double>{1, 2, 3});
  features.add("val_labels", {1}, labels{0});
  BOOST_TEST(refusal<io_error>(features) == "tensor `val_features`, dtype: expected one of F16, BF16, F32, got F64");
  safetensors_writer classes = two_rows();
  classes.add("val_features", {1, 3}, floats{1, 2, 3});
  classes.add("val_labels", {1}, floats{0});
  BOOST_TEST(refusal<io_error>(classes) == "tensor `val_labels`, dtype: expected one of I64, I32, got F32");
  safetensors_writer text = two_rows();
  text.add("text_features", {2, 3}, labels{1, 2, 3, 4, 5, 6});
  BOOST_TEST(refusal<io_error>(text) == "tensor `text_features`, dtype: expected one of F16, BF16, F32, got I64");
}

BOOST_AUTO_TEST_CASE(a_type_that_nobody_knows_is_shown_as_the_file_spells_it) {
  const std::string text = scratch::safetensors_text(
      R"({"test_features":{"dtype":"Q7","shape":[1,1],"data_offsets":[0,1]},"test_labels":{"dtype":"I64","shape":[1],"data_offsets":[1,9]}})",
      "123456789");
  BOOST_TEST(scratch::message_of<io_error>([&] { read_feature_set(safetensors_file::from_bytes(scratch::bytes_of(text), "f")); }) ==
             "f: tensor `test_features`, dtype: expected one of F16, BF16, F32, got Q7");
}

BOOST_AUTO_TEST_CASE(tensors_of_another_rank_are_refused) {
  safetensors_writer features;
  features.add("test_features", {2}, floats{1, 2});
  features.add("test_labels", {2}, labels{0, 1});
  BOOST_TEST(refusal<shape_error>(features) ==
             "tensor `test_features`, shape: expected [rows, dim] with at least one row and one column, got [2]");
  safetensors_writer classes;
  classes.add("test_features", {2, 1}, floats{1, 2});
  classes.add("test_labels", {2, 1}, labels{0, 1});
  BOOST_TEST(refusal<shape_error>(classes) == "tensor `test_labels`, shape: expected [2], one label per row of features, got [2, 1]");
  safetensors_writer text = two_rows();
  text.add("text_features", {1, 2, 3}, floats{1, 2, 3, 4, 5, 6});
  BOOST_TEST(refusal<shape_error>(text) ==
             "tensor `text_features`, shape: expected [rows, dim] with at least one row and one column, got [1, 2, 3]");
}

BOOST_AUTO_TEST_CASE(tensors_without_rows_or_columns_are_refused) {
  safetensors_writer rows;
  rows.add("train1_features", {0, 3}, floats{});
  rows.add("train1_labels", {0}, labels{});
  BOOST_TEST(refusal<shape_error>(rows) ==
             "tensor `train1_features`, shape: expected [rows, dim] with at least one row and one column, got [0, 3]");
  safetensors_writer columns;
  columns.add("train1_features", {2, 0}, floats{});
  columns.add("train1_labels", {2}, labels{0, 1});
  BOOST_TEST(refusal<shape_error>(columns) ==
             "tensor `train1_features`, shape: expected [rows, dim] with at least one row and one column, got [2, 0]");
}

BOOST_AUTO_TEST_CASE(a_row_count_that_differs_between_features_and_labels_is_refused) {
  safetensors_writer writer;
  writer.add("test_features", {2, 1}, floats{1, 2});
  writer.add("test_labels", {3}, labels{0, 1, 0});
  BOOST_TEST(refusal<shape_error>(writer) == "tensor `test_labels`, shape: expected [2], one label per row of features, got [3]");
}

BOOST_AUTO_TEST_CASE(a_dim_that_differs_between_tensors_is_refused) {
  safetensors_writer rows = two_rows();
  rows.add("val_features", {1, 4}, floats{1, 2, 3, 4});
  rows.add("val_labels", {1}, labels{0});
  BOOST_TEST(refusal<shape_error>(rows) == "tensor `val_features`, dim: expected 3 as in tensor `test_features`, got 4");
  safetensors_writer text = two_rows();
  text.add("text_features", {2, 1}, floats{1, 2});
  BOOST_TEST(refusal<shape_error>(text) == "tensor `text_features`, dim: expected 3 as in tensor `test_features`, got 1");
}

BOOST_AUTO_TEST_CASE(a_label_out_of_range_is_refused_with_row_value_and_range) {
  const auto with = [](std::int64_t value, bool names) {
    safetensors_writer writer;
    writer.add("test_features", {2, 1}, floats{1, 2});
    writer.add("test_labels", {2}, labels{0, value});
    if (names) writer.metadata("class_names", R"(["a","b","c"])");
    return refusal<value_error>(writer);
  };
  BOOST_TEST(with(3, true) == "tensor `test_labels`, row 1: expected a class in 0..2, got 3");
  BOOST_TEST(with(-1, true) == "tensor `test_labels`, row 1: expected a class in 0..2, got -1");
  const std::string lone =
      "tensor `test_labels`, row 1: expected a class in 0..10001, as the file has neither `class_names` nor `text_features`";
  BOOST_TEST(with(-1, false) == lone + ", got -1");
  BOOST_TEST(with(10002, false) == lone + ", got 10002");
  BOOST_TEST(with(20000000, false) == lone + ", got 20000000");
  BOOST_TEST(with(std::numeric_limits<std::int64_t>::max(), false) == lone + ", got 9223372036854775807");
}

BOOST_AUTO_TEST_CASE(without_names_and_text_labels_may_be_sparse_but_not_beyond_what_the_rows_explain) {
  safetensors_writer writer;
  writer.add("test_features", {2, 1}, floats{1, 2});
  writer.add("test_labels", {2}, labels{0, 10006});
  writer.add("train_features", {5, 1}, floats(5, 1));
  writer.add("train_labels", {5}, labels{0, 1, 2, 3, 4});
  const auto bytes = writer.to_bytes();
  BOOST_TEST(read_feature_set(safetensors_file::from_bytes(bytes, "f")).classes == 10007U);
  std::string names = "[\"0\"";
  for (int i = 1; i < 20001; ++i) names += ",\"" + std::to_string(i) + "\"";
  safetensors_writer named;
  named.add("test_features", {2, 1}, floats{1, 2});
  named.add("test_labels", {2}, labels{0, 20000});
  named.metadata("class_names", names + "]");
  const auto named_bytes = named.to_bytes();
  BOOST_TEST(read_feature_set(safetensors_file::from_bytes(named_bytes, "f")).classes == 20001U);
}

BOOST_AUTO_TEST_CASE(text_rows_bound_the_labels_where_names_are_absent) {
  safetensors_writer writer = two_rows();
  writer.add("text_features", {1, 3}, floats{1, 2, 3});
  BOOST_TEST(refusal<value_error>(writer) == "tensor `test_labels`, row 1: expected a class in 0..0, got 1");
}

BOOST_AUTO_TEST_CASE(text_rows_that_are_not_one_per_class_name_are_refused) {
  safetensors_writer writer = two_rows();
  writer.add("text_features", {3, 3}, floats(9, 1));
  writer.metadata("class_names", R"(["a","b"])");
  BOOST_TEST(refusal<shape_error>(writer) == "tensor `text_features`, rows: expected 2, one per class name, got 3");
}

BOOST_AUTO_TEST_CASE(a_feature_that_is_not_finite_is_refused_with_row_and_column) {
  constexpr float nan = std::numeric_limits<float>::quiet_NaN();
  constexpr float infinity = std::numeric_limits<float>::infinity();
  safetensors_writer rows;
  rows.add_as("test_features", dtype::f16, {2, 3}, floats{1, 2, 3, 4, 5, nan});
  rows.add("test_labels", {2}, labels{0, 1});
  BOOST_TEST(refusal<value_error>(rows) == "tensor `test_features`, row 1, column 2: expected a finite number, got nan");
  safetensors_writer text = two_rows();
  text.add("text_features", {2, 3}, floats{1, -infinity, 3, 4, 5, 6});
  BOOST_TEST(refusal<value_error>(text) == "tensor `text_features`, row 0, column 1: expected a finite number, got -inf");
}

BOOST_AUTO_TEST_CASE(malformed_class_names_are_refused) {
  const std::string start = "metadata `class_names`: expected a JSON array of at least one text, got ";
  const std::string json = "metadata `class_names`: expected JSON, got malformed JSON at byte ";
  BOOST_TEST(with_names<io_error>("[\"a\", \"b\"") == json + "10");
  BOOST_TEST(with_names<io_error>("") == json + "1");
  BOOST_TEST(with_names<io_error>("a, b") == json + "1");
  BOOST_TEST(with_names<io_error>("{\"a\": 0}") == start + "JSON of type object");
  BOOST_TEST(with_names<io_error>("[]") == start + "an empty array");
  BOOST_TEST(with_names<io_error>("[\"a\", 1]") == start + "entry 1 of type number");
  const std::string deep = "metadata `class_names`, nesting: expected at most 32 levels, got more";
  BOOST_TEST(with_names<io_error>(std::string(100000, '[')) == deep);
  BOOST_TEST(with_names<io_error>(std::string(100000, '[') + std::string(100000, ']')) == deep);
}
