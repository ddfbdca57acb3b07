// The real drawings and annotations of KiloGram, from the test data folder; nothing of them is kept.
#include "fewclip/io/kilogram.hpp"

#include <boost/test/unit_test.hpp>
#include <cmath>
#include <fewclip/samplers/controlled_batches.hpp>
#include <map>
#include <set>

#include "kilogram_files.hpp"

using namespace fewclip;
using namespace fewclip::io;
using shared_data::files_in;
using shared_data::unpacked;
namespace tt = boost::test_tools;

namespace {

const std::map<std::string, kilogram_svg>& drawings() {
  static const auto all = [] {
    std::map<std::string, kilogram_svg> out;
    for (const auto& [name, text] : files_in(unpacked("tangrams-svg.tar.gz"), ".svg")) out[name] = parse_kilogram_svg(text, name);
    return out;
  }();
  return all;
}

const std::vector<annotated_tangram>& dense() {
  static const auto all = parse_kilogram_annotations(unpacked("dense.json.gz"), "dense.json");
  return all;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(with_data, *boost::unit_test::precondition(shared_data::has_kilogram))

BOOST_AUTO_TEST_CASE(all_drawings_are_read_and_counted_as_the_source_has_them) {
  int with_commas = 0;
  int files_transformed = 0;
  int polygons_transformed = 0;
  for (const auto& [name, read] : drawings()) {
    with_commas += read.has_commas ? 1 : 0;
    files_transformed += read.transformed > 0 ? 1 : 0;
    polygons_transformed += read.transformed;
    int triangles = 0;
    for (const auto& each : read.picture.pieces) triangles += each.outline.size() == 3 ? 1 : 0;
    BOOST_TEST(triangles == 5, name);
  }
  BOOST_TEST(drawings().size() == 1013U);
  BOOST_TEST(with_commas == 976);
  BOOST_TEST(files_transformed == 18);
  BOOST_TEST(polygons_transformed == 78);
}

BOOST_AUTO_TEST_CASE(the_pieces_have_the_areas_of_a_tangram) {
  int rough = 0;
  for (const auto& [name, read] : drawings()) {
    std::vector<double> triangles;
    std::vector<double> others;
    double sum = 0.0;
    for (const auto& each : read.picture.pieces) {
      const double area = std::abs(data::tangram::signed_area(each.outline));
      (each.outline.size() == 3 ? triangles : others).push_back(area);
      sum += area;
    }
    std::sort(triangles.begin(), triangles.end());
    const double unit = sum / 16.0;  // the small triangle
    const std::array<double, 5> expected = {1, 1, 2, 4, 4};
    double worst = 0.0;
    for (std::size_t i = 0; i < 5; ++i) worst = std::max(worst, std::abs(triangles[i] / unit / expected[i] - 1.0));
    for (const double area : others) worst = std::max(worst, std::abs(area / unit / 2.0 - 1.0));
    BOOST_TEST(worst < 0.45, name);
    rough += worst > 0.2 ? 1 : 0;
    const auto around = data::tangram::bounds(read.picture.outlines());
    const double slack = 0.1 * std::max(read.picture.view.width(), read.picture.view.height());
    BOOST_TEST((around.left > -slack && around.right < read.picture.view.right + slack), name);
    BOOST_TEST((around.top > -slack && around.bottom < read.picture.view.bottom + slack), name);
  }
  BOOST_TEST(rough <= 9);  // drawn by hand: some pieces are a fifth too small or too large
}

// Pieces of some drawings overlap a little, or leave the view.
BOOST_AUTO_TEST_CASE(black_pictures_hold_as_much_black_as_the_pieces_area) {
  for (const auto& [name, read] : drawings()) {
    const image picture = data::tangram::render_black(read.picture, {.side = 64, .stroke_width = 0.0});
    double black = 0.0;
    for (std::size_t i = 0; i < picture.bytes().size(); i += 3) black += (255.0 - picture.bytes()[i]) / 255.0 / 4096.0;
    double area = 0.0;
    for (const auto& each : read.picture.pieces) area += std::abs(data::tangram::signed_area(each.outline));
    const double side = data::tangram::squared(read.picture.view).width();
    BOOST_TEST(std::abs(black - area / side / side) < 0.03, name << ": " << black << " for " << area / side / side);
  }
}

BOOST_AUTO_TEST_CASE(dense_annotations_are_counted_as_the_source_has_them) {
  BOOST_TEST(dense().size() == 74U);
  std::array<int, 8> with_parts{};
  int total = 0;
  double words = 0.0;
  double divergence = 0.0;
  double part_divergence = 0.0;
  double agreement = 0.0;
  for (const annotated_tangram& each : dense()) {
    BOOST_TEST((each.annotations.size() >= 53U && each.annotations.size() <= 60U), each.name);
    BOOST_TEST(drawings().count(each.name + ".svg") == 1U, each.name);
    divergence += each.shape_naming_divergence / 74.0;
    part_divergence += each.part_naming_divergence / 74.0;
    agreement += each.part_segmentation_agreement / 74.0;
    for (const kilogram_annotation& annotation : each.annotations) {
      ++with_parts.at(annotation.phrases().parts.size());
      ++total;
      const std::string& whole = annotation.whole;
      words += 1.0;
      for (std::size_t i = 1; i + 1 < whole.size(); ++i) words += whole[i] == ' ' && whole[i - 1] != ' ' ? 1.0 : 0.0;
    }
  }
  BOOST_TEST(total == 3971);
  BOOST_TEST(with_parts == (std::array<int, 8>{0, 77, 985, 1176, 941, 467, 241, 84}), tt::per_element());
  BOOST_TEST(std::abs(words / 3971.0 - 2.06) < 0.01);
  BOOST_TEST(std::abs(divergence - 0.925) < 0.001);
  BOOST_TEST(std::abs(part_divergence - 0.790) < 0.001);
  BOOST_TEST(std::abs(agreement - 5.09) < 0.01);
}

BOOST_AUTO_TEST_CASE(the_smaller_file_has_741_annotations_of_the_same_tangrams) {
  std::set<std::string> names;
  std::size_t total = 0;
  for (const annotated_tangram& each : parse_kilogram_annotations(unpacked("dense10.json.gz"), "dense10.json")) {
    names.insert(each.name);
    total += each.annotations.size();
  }
  BOOST_TEST(total == 741U);
  BOOST_TEST(names.size() == 74U);
  for (const annotated_tangram& each : dense()) BOOST_TEST(names.count(each.name) == 1U);
}

BOOST_AUTO_TEST_CASE(real_captions_make_controlled_batches) {
  std::vector<samplers::matching_example> examples;
  for (const annotated_tangram& each : dense()) {
    for (const kilogram_annotation& annotation : each.annotations)
      examples.push_back({each.name, data::tangram::caption(annotation.phrases())});
  }
  const auto batches = samplers::controlled_batches{}.batches(examples, 0);
  BOOST_TEST_MESSAGE(batches.size() << " batches of 10 from " << examples.size());
  BOOST_TEST((batches.size() > 350U && batches.size() <= 397U));
  for (const auto& batch : batches) {
    std::set<std::string> tangrams;
    std::set<std::string> texts;
    std::set<fewclip::index> parts;
    for (const fewclip::index at : batch) {
      tangrams.insert(examples[static_cast<std::size_t>(at)].tangram);
      texts.insert(examples[static_cast<std::size_t>(at)].text);
      parts.insert(data::tangram::part_count(examples[static_cast<std::size_t>(at)].text));
    }
    BOOST_TEST((tangrams.size() == 10U && texts.size() == 10U && parts.size() == 1U));
  }
}

BOOST_AUTO_TEST_SUITE_END()
