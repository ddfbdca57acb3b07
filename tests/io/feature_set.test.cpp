#include "fewclip/io/feature_set.hpp"

#include <boost/test/unit_test.hpp>
#include <cstdint>
#include <string>
#include <vector>

#include "scratch.hpp"

using fewclip::io::dtype;
using fewclip::io::feature_set;
using fewclip::io::labelled_features;
using fewclip::io::read_feature_set;
using fewclip::io::safetensors_file;
using fewclip::io::safetensors_writer;
using fewclip::io::write_feature_set;
using scratch::message_of;

namespace {

using floats = std::vector<float>;
using labels = std::vector<std::int64_t>;

/// Two classes, two dimensions, every part there. All values fit F16 and BF16.
feature_set every_part() {
  feature_set set;
  set.classes = 2;
  set.dim = 2;
  set.class_names = {"a \"cat\"", "caf\xC3\xA9"};
  set.train_by_shots[1] = {{1, 0, 0, 1}, 2, 2, {0, 1}};
  set.train_by_shots[16] = {{1, 0, 0, 1, 0.5F, 0.5F}, 3, 2, {0, 1, 0}};
  set.train = labelled_features{{0.25F, 0.75F}, 1, 2, {1}};
  set.val = labelled_features{{1, -1}, 1, 2, {0}};
  set.test = labelled_features{{2, 3, 4, 5}, 2, 2, {1, 1}};
  set.text = {1, 0.1F, 0, 1};
  set.anchors = {0.5F, 0.1F, 1, 0, 0, 1};
  return set;
}

void check_equal(const labelled_features& a, const labelled_features& b) {
  BOOST_TEST((a.features == b.features));
  BOOST_TEST((a.labels == b.labels));
  BOOST_TEST(a.rows == b.rows);
  BOOST_TEST(a.dim == b.dim);
}

void check_equal(const feature_set& a, const feature_set& b) {
  BOOST_TEST(a.classes == b.classes);
  BOOST_TEST(a.dim == b.dim);
  BOOST_TEST((a.class_names == b.class_names));
  BOOST_TEST((a.text == b.text));
  BOOST_TEST((a.anchors == b.anchors));
  BOOST_REQUIRE(a.train_by_shots.size() == b.train_by_shots.size());
  for (const auto& [shots, rows] : a.train_by_shots) check_equal(rows, b.train_by_shots.at(shots));
  for (const auto part : {&feature_set::train, &feature_set::val, &feature_set::test}) {
    BOOST_REQUIRE((a.*part).has_value() == (b.*part).has_value());
    if (a.*part) check_equal(*(a.*part), *(b.*part));
  }
}

feature_set read(const safetensors_writer& writer) {
  const auto bytes = writer.to_bytes();
  return read_feature_set(safetensors_file::from_bytes(bytes, "f"));
}

}  // namespace

BOOST_AUTO_TEST_CASE(what_was_written_is_read_back_in_each_type) {
  const scratch::directory here;
  for (const dtype type : {dtype::f32, dtype::f16, dtype::bf16}) {
    write_feature_set(every_part(), here.file("a"), type);
    const feature_set back = read_feature_set(here.file("a"));
    check_equal(every_part(), back);
    BOOST_TEST(back.path == here.file("a"));
    BOOST_TEST((safetensors_file(here.file("a")).info("test_features").type == type));
    BOOST_TEST((safetensors_file(here.file("a")).info("text_features").type == dtype::f32));
  }
}

BOOST_AUTO_TEST_CASE(writing_what_was_read_gives_the_same_bytes) {
  const scratch::directory here;
  write_feature_set(every_part(), here.file("a"), dtype::f16);
  write_feature_set(read_feature_set(here.file("a")), here.file("b"), dtype::f16);
  BOOST_TEST(scratch::read_text(here.file("a")) == scratch::read_text(here.file("b")));
}

BOOST_AUTO_TEST_CASE(further_texts_of_the_header_are_kept) {
  const scratch::directory here;
  feature_set set = every_part();
  set.metadata = {{"backbone", "ViT-B/32"}, {"note", ""}};
  write_feature_set(set, here.file("a"));
  BOOST_TEST((read_feature_set(here.file("a")).metadata == set.metadata));
  for (const char* const key : {"class_names", "layout"}) {
    set.metadata = {{key, "[]"}};
    BOOST_TEST(message_of<fewclip::value_error>([&] { write_feature_set(set, here.file("b")); }) ==
               here.file("b") + ": metadata: expected keys other than class_names, layout and fewclip_checksum, got " + key);
  }
}

BOOST_AUTO_TEST_CASE(a_single_pair_is_enough_and_the_classes_follow_from_the_labels) {
  safetensors_writer writer;
  writer.add("test_features", {2, 1}, floats{1, 2});
  writer.add("test_labels", {2}, std::vector<std::int32_t>{4, 0});
  const feature_set set = read(writer);
  BOOST_TEST(set.classes == 5U);
  BOOST_TEST(set.dim == 1U);
  BOOST_TEST((set.test->labels == labels{4, 0}));
  BOOST_TEST(!set.train.has_value());
  BOOST_TEST(set.text.empty());
}

BOOST_AUTO_TEST_CASE(the_largest_label_of_all_parts_counts) {
  safetensors_writer writer;
  writer.add("train_features", {1, 1}, floats{1});
  writer.add("train_labels", {1}, labels{2});
  writer.add("val_features", {1, 1}, floats{1});
  writer.add("val_labels", {1}, labels{6});
  BOOST_TEST(read(writer).classes == 7U);
}

BOOST_AUTO_TEST_CASE(text_rows_count_the_classes_where_names_are_absent) {
  safetensors_writer writer;
  writer.add("train2_features", {1, 1}, floats{1});
  writer.add("train2_labels", {1}, labels{0});
  writer.add_as("text_features", dtype::bf16, {3, 1}, floats{1, 2, 3});
  const feature_set set = read(writer);
  BOOST_TEST(set.classes == 3U);
  BOOST_TEST((set.text == floats{1, 2, 3}));
  BOOST_TEST(set.train_by_shots.count(2) == 1U);
}

BOOST_AUTO_TEST_CASE(tensors_and_metadata_of_other_names_are_not_read_but_named) {
  safetensors_writer writer;
  writer.add("test_features", {1, 1}, floats{1});
  writer.add("test_labels", {1}, labels{0});
  for (const char* name : {"features", "labels", "train0_features", "train01_labels", "trainx_features", "train-1_labels",
                           "train1234567890_features", "test2_features", "_labels", "test_features_labels", "extra"}) {
    writer.add(name, {1}, std::vector<double>{1});
  }
  writer.metadata("class_name", "not json");
  const feature_set set = read(writer);
  BOOST_TEST(set.train_by_shots.empty());
  BOOST_TEST(set.classes == 1U);
  BOOST_TEST((set.unused_tensors == std::vector<std::string>{"_labels", "extra", "features", "labels", "test2_features",
                                                             "test_features_labels", "train-1_labels", "train01_labels", "train0_features",
                                                             "train1234567890_features", "trainx_features"}));
  BOOST_TEST(set.metadata.at("class_name") == "not json");
  const scratch::directory here;
  write_feature_set(every_part(), here.file("all"));
  BOOST_TEST(read_feature_set(here.file("all")).unused_tensors.empty());
}

BOOST_AUTO_TEST_CASE(a_set_that_would_not_be_readable_is_not_written) {
  const scratch::directory here;
  const std::string path = here.file("a");
  scratch::write_text(path, "old");
  const auto after = [&](void (*change)(feature_set&), dtype type = dtype::f32) {
    feature_set set = every_part();
    change(set);
    return message_of<fewclip::error>([&] { write_feature_set(set, path, type); });
  };
  BOOST_TEST(after([](feature_set& set) { set.test->features.pop_back(); }) == path + ": test_features: expected 4 values, got 3");
  BOOST_TEST(after([](feature_set& set) { set.val->labels.clear(); }) == path + ": val_labels: expected 1 values, got 0");
  BOOST_TEST(after([](feature_set& set) { set.text.push_back(1); }) == path + ": text_features: expected 4 values, got 5");
  BOOST_TEST(after([](feature_set& set) { set.anchors.push_back(1); }) == path + ": anchor_features: expected rows of 2, got 7 values");
  BOOST_TEST(after([](feature_set& set) { set.test->labels[1] = 2; }) ==
             path + ": tensor `test_labels`, row 1: expected a class in 0..1, got 2");
  BOOST_TEST(after([](feature_set& set) { set.class_names.pop_back(); }) ==
             path + ": tensor `text_features`, rows: expected 1, one per class name, got 2");
  BOOST_TEST(after([](feature_set& set) { set.class_names[1] = "\xFF"; }) == path + ": class name 1: expected UTF-8, got other bytes");
  BOOST_TEST(after([](feature_set& set) { set.test->features[3] = 1e6F; }, dtype::f16) ==
             "fewclip::io::safetensors_writer: tensor `test_features`, element 3: expected a magnitude within the range of F16, got "
             "1000000.000000");
  BOOST_TEST(after([](feature_set&) {}, dtype::f64) == path + ": tensor `test_features`, dtype: expected one of F16, BF16, F32, got F64");
  BOOST_TEST(after([](feature_set& set) { set = {}; }) ==
             path + ": tensors: expected train_features, train{K}_features or test_features, with labels, got none of these");
  BOOST_TEST(scratch::read_text(path) == "old");
  BOOST_TEST(here.entries() == 1U);
}

BOOST_AUTO_TEST_CASE(classes_and_dim_that_the_file_would_not_tell_are_refused) {
  const scratch::directory here;
  feature_set set = every_part();
  set.class_names.clear();
  set.text.clear();
  set.anchors.clear();
  set.classes = 9;
  BOOST_TEST(message_of<fewclip::value_error>([&] { write_feature_set(set, here.file("a")); }) ==
             here.file("a") + ": classes: expected 9, got 2 by class names, text or labels");
  set.classes = 2;
  set.dim = 3;
  BOOST_TEST(message_of<fewclip::shape_error>([&] { write_feature_set(set, here.file("a")); }) ==
             here.file("a") + ": dim: expected 3, got 2");
  BOOST_TEST(here.entries() == 0U);
}
