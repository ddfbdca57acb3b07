#include "fewclip/io/feature_set.hpp"

#include <boost/test/unit_test.hpp>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "scratch.hpp"
#include "shared_data.hpp"

using fewclip::io::dtype;
using fewclip::io::feature_set;
using fewclip::io::labelled_features;
using fewclip::io::read_feature_set;
using fewclip::io::safetensors_file;

namespace {

feature_set read(const std::string& name) { return read_feature_set(shared_data::folder() + name); }

std::map<std::size_t, std::size_t> rows_by_shots(const feature_set& set) {
  std::map<std::size_t, std::size_t> out;
  for (const auto& [shots, rows] : set.train_by_shots) out[shots] = rows.rows;
  return out;
}

/// K rows of each class, 512 numbers each, normalised and then rounded to F16.
void check_support_sets(const feature_set& set) {
  for (const auto& [shots, rows] : set.train_by_shots) {
    std::vector<std::size_t> counts(set.classes, 0);
    for (const std::int64_t label : rows.labels) ++counts.at(static_cast<std::size_t>(label));
    BOOST_TEST((counts == std::vector<std::size_t>(set.classes, shots)));
    for (std::size_t row = 0; row < rows.rows; ++row) {
      double square = 0;
      for (std::size_t column = 0; column < rows.dim; ++column)
        square += std::pow(static_cast<double>(rows.features[row * rows.dim + column]), 2);
      BOOST_REQUIRE_SMALL(std::sqrt(square) - 1, 6e-4);
    }
  }
}

using counts = std::map<std::size_t, std::size_t>;

}  // namespace

BOOST_AUTO_TEST_SUITE(with_data, *boost::unit_test::precondition(shared_data::is_there))

BOOST_AUTO_TEST_CASE(the_caltech_set_has_67_classes_all_support_sets_and_text) {
  const feature_set set = read("/feature_sets/caltech101_67.safetensors");
  BOOST_TEST(set.classes == 67U);
  BOOST_TEST(set.dim == 512U);
  BOOST_TEST(set.class_names.size() == 67U);
  BOOST_TEST(set.class_names[2] == "motorbike");
  BOOST_TEST((rows_by_shots(set) == counts{{1, 67}, {2, 134}, {4, 268}, {8, 536}, {16, 1072}}));
  BOOST_TEST(set.val->rows == 1264U);
  BOOST_TEST(set.test->rows == 1890U);
  BOOST_TEST(set.test->features.size() == 1890U * 512U);
  BOOST_TEST(set.text.size() == 67U * 512U);
  BOOST_TEST(!set.train.has_value());
  check_support_sets(set);
}

BOOST_AUTO_TEST_CASE(the_texture_set_has_47_classes_and_no_text) {
  const feature_set set = read("/feature_sets/dtd.safetensors");
  BOOST_TEST(set.classes == 47U);
  BOOST_TEST((rows_by_shots(set) == counts{{1, 47}, {2, 94}, {4, 188}, {8, 376}, {16, 752}}));
  BOOST_TEST(set.val->rows == 376U);
  BOOST_TEST(set.test->rows == 1692U);
  BOOST_TEST(set.text.empty());
  check_support_sets(set);
}

BOOST_AUTO_TEST_CASE(the_imagenet_set_has_1000_classes_and_no_validation_rows) {
  const feature_set set = read("/feature_sets/imagenet.safetensors");
  BOOST_TEST(set.classes == 1000U);
  BOOST_TEST(set.class_names[0] == "tench, Tinca tinca");
  BOOST_TEST((rows_by_shots(set) == counts{{1, 1000}, {2, 2000}}));
  BOOST_TEST(!set.val.has_value());
  BOOST_TEST(set.test->rows == 4000U);
  BOOST_TEST(set.text.size() == 1000U * 512U);
  check_support_sets(set);
}

BOOST_AUTO_TEST_CASE(sets_without_class_names_count_their_labels) {
  BOOST_TEST(read("/clip_features/vitb32/caltech101.safetensors").classes == 100U);
  BOOST_TEST(read("/clip_features/vitb32/dtd.safetensors").classes == 47U);
  const feature_set train_only = read("/clip_features/vitb32/imagenet.safetensors");
  BOOST_TEST(train_only.classes == 1000U);
  BOOST_TEST(!train_only.test.has_value());
  BOOST_TEST((rows_by_shots(train_only) == counts{{1, 1000}, {2, 2000}, {4, 4000}}));
}

BOOST_AUTO_TEST_CASE(rewriting_a_set_in_its_own_type_keeps_every_value) {
  const scratch::directory here;
  const feature_set set = read("/feature_sets/caltech101_67.safetensors");
  write_feature_set(set, here.file("a"), dtype::f16);
  const feature_set back = read_feature_set(here.file("a"));
  BOOST_TEST((back.test->features == set.test->features));
  BOOST_TEST((back.test->labels == set.test->labels));
  BOOST_TEST((back.text == set.text));
  BOOST_TEST((back.class_names == set.class_names));
  const safetensors_file before(shared_data::folder() + "/feature_sets/caltech101_67.safetensors");
  const safetensors_file after(here.file("a"));
  for (const auto& tensor : before.tensors()) {
    BOOST_TEST(scratch::text_of(after.bytes(tensor.name)) == scratch::text_of(before.bytes(tensor.name)), tensor.name);
  }
}

BOOST_AUTO_TEST_CASE(every_shared_safetensors_file_opens_and_its_tensors_can_be_read) {
  int seen = 0;
  for (const auto& item : std::filesystem::recursive_directory_iterator(shared_data::folder())) {
    if (item.path().extension() != ".safetensors") continue;
    const safetensors_file file(item.path().string());
    for (const auto& tensor : file.tensors()) BOOST_TEST(file.read<double>(tensor.name).size() == tensor.elements());
    ++seen;
  }
  BOOST_TEST(seen >= 14);
}

BOOST_AUTO_TEST_CASE(text_heads_have_the_rows_of_their_class_lists) {
  const std::map<std::string, std::size_t> expected{{"lvis_v1", 1203}, {"objects365", 365}, {"openimages500", 500}, {"coco80", 80}};
  for (const auto& [name, rows] : expected) {
    const safetensors_file file(shared_data::folder() + "/text_heads_vitb32/" + name + ".safetensors");
    BOOST_TEST((file.info("a_cname").shape == std::vector<std::size_t>{rows, 512}));
  }
}

BOOST_AUTO_TEST_SUITE_END()
