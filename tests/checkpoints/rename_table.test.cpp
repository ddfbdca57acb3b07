#include "fewclip/checkpoints/rename_table.hpp"

#include <algorithm>
#include <boost/test/unit_test.hpp>
#include <filesystem>
#include <fstream>
#include <map>
#include <set>
#include <sstream>
#include <string>
#include <vector>

#include "../io/shared_data.hpp"

using namespace fewclip::checkpoints;
namespace enc = fewclip::encoders;
using fewclip::shape;

namespace {

const enc::vision_transformer_architecture vit_b32;
const enc::resnet_architecture rn50;
const enc::text_architecture b32_text;

std::vector<table_row> joined(std::vector<table_row> first, const std::vector<table_row>& second) {
  first.insert(first.end(), second.begin(), second.end());
  return first;
}

template <class Image>
std::vector<table_row> whole(dialect naming, const Image& image, const enc::text_architecture& text) {
  return joined(joined(rename_table(naming, image), rename_table(naming, text)), {logit_scale_row()});
}

/// Stored name to "[shape]", each stored tensor once.
std::map<std::string, std::string> stored(const std::vector<table_row>& rows) {
  std::map<std::string, std::string> out;
  for (const table_row& row : rows) {
    for (const tensor_source& source : row.sources) out[source.name] = source.extents.text();
  }
  return out;
}

/// The trainable numbers of all stored tensors.
fewclip::index numbers(const std::vector<table_row>& rows) {
  std::map<std::string, fewclip::index> counts;
  for (const table_row& row : rows) {
    for (const tensor_source& source : row.sources) {
      if (source.name.find("running_") == std::string::npos) counts[source.name] = source.extents.size();
    }
  }
  fewclip::index total = 0;
  for (const auto& [name, count] : counts) total += count;
  return total;
}

const table_row& row_named(const std::vector<table_row>& rows, const std::string& name) {
  const auto found = std::find_if(rows.begin(), rows.end(), [&](const table_row& row) { return row.name == name; });
  BOOST_REQUIRE_MESSAGE(found != rows.end(), name);
  return *found;
}

/// The listing that lies beside the test data; empty where it is absent.
std::string listing() {
  const std::filesystem::path path = std::filesystem::path(shared_data::folder()) / "../specs/formats/tensors.tsv";
  return shared_data::folder().empty() || !std::filesystem::exists(path) ? "" : path.string();
}

boost::test_tools::assertion_result listing_is_there(boost::unit_test::test_unit_id) {
  boost::test_tools::assertion_result out(!listing().empty());
  out.message() << "no listing of tensors beside the test data";
  return out;
}

/// Name to shape of the tensors that take part in the computation; `column` is 2 for the dialect's own name, 9 for timm's.
std::map<std::string, std::string> listed(const std::string& model, const std::string& naming, std::size_t column = 2) {
  std::ifstream in(listing());
  std::map<std::string, std::string> out;
  for (std::string line; std::getline(in, line);) {
    std::vector<std::string> cells;
    std::istringstream cut(line);
    for (std::string cell; std::getline(cut, cell, '\t');) cells.push_back(cell);
    if (cells.size() < 10 || cells[0] != model || cells[1] != naming || cells[5].find("ignore") != std::string::npos) continue;
    if (cells[5] == "parameter, zeros" || cells[column] == "-") continue;
    std::string extents;
    for (const char c : cells[3]) extents += c == ',' ? ", " : std::string(1, c);
    out[cells[column]] = extents;
  }
  return out;
}

void check_equal(const std::map<std::string, std::string>& got, const std::map<std::string, std::string>& expected) {
  BOOST_TEST(got.size() == expected.size());
  for (const auto& [name, extents] : expected) {
    const auto found = got.find(name);
    BOOST_TEST((found != got.end() && found->second == extents), name << " " << extents);
  }
}

}  // namespace

// Numbers of tensors and of parameters of the published files.
BOOST_AUTO_TEST_CASE(the_tables_of_vit_b_32_have_302_398_and_152_tensors_and_all_parameters) {
  BOOST_TEST(stored(whole(dialect::openai, vit_b32, b32_text)).size() == 302U);
  BOOST_TEST(stored(whole(dialect::hf, vit_b32, b32_text)).size() == 398U);
  BOOST_TEST(stored(rename_table(dialect::timm_visual, vit_b32)).size() == 152U);  // and head.bias, which is zero
  BOOST_TEST(numbers(whole(dialect::openai, vit_b32, b32_text)) == 151277313);
  BOOST_TEST(numbers(whole(dialect::hf, vit_b32, b32_text)) == 151277313);
  BOOST_TEST(numbers(rename_table(dialect::timm_visual, vit_b32)) == 87849216);
}

BOOST_AUTO_TEST_CASE(the_tables_of_the_other_published_models_have_all_parameters) {
  const enc::vision_transformer_architecture l14{.width = 1024, .layers = 24, .heads = 16, .patch = 14, .mlp_width = 4096, .embed = 768};
  const enc::text_architecture l14_text{.width = 768, .heads = 12, .mlp_width = 3072, .embed = 768};
  BOOST_TEST(numbers(whole(dialect::hf, l14, l14_text)) == 427616513);
  BOOST_TEST(numbers(whole(dialect::openai, enc::vision_transformer_architecture{.patch = 16}, b32_text)) == 149620737);
  BOOST_TEST(numbers(whole(dialect::openai, rn50, enc::text_architecture{.embed = 1024})) == 102007137);
  BOOST_TEST(numbers(whole(dialect::openai, enc::resnet_architecture{.blocks = {3, 4, 23, 3}, .embed = 512}, b32_text)) == 119688033);
  BOOST_TEST(numbers(rename_table(dialect::timm_visual, rn50)) == 38316896);
}

BOOST_AUTO_TEST_CASE(only_the_projections_of_the_openai_dialect_are_transposed) {
  for (const dialect naming : {dialect::openai, dialect::hf}) {
    std::vector<std::string> transposed;
    for (const table_row& row : whole(naming, vit_b32, enc::text_architecture{.embed = 640})) {
      if (row.rule == tensor_rule::transpose) transposed.push_back(row.name);
    }
    const std::vector<std::string> expected =
        naming == dialect::openai ? std::vector<std::string>{"visual.proj", "text_projection"} : std::vector<std::string>{};
    BOOST_TEST(transposed == expected);
  }
  const auto rows = rename_table(dialect::openai, enc::text_architecture{.embed = 640});
  BOOST_TEST((row_named(rows, "text_projection").extents == shape{640, 512}));
  BOOST_TEST((row_named(rows, "text_projection").sources[0].extents == shape{512, 640}));
}

BOOST_AUTO_TEST_CASE(queries_keys_and_values_of_transformers_are_stacked_in_that_order) {
  const auto rows = rename_table(dialect::hf, vit_b32);
  const table_row& row = row_named(rows, "visual.transformer.resblocks.11.attn.in_proj_weight");
  BOOST_TEST((row.rule == tensor_rule::stack_rows));
  BOOST_TEST((row.extents == shape{2304, 768}));
  const std::string prefix = "vision_model.encoder.layers.11.self_attn.";
  BOOST_TEST(row.sources[0].name == prefix + "q_proj.weight");
  BOOST_TEST(row.sources[1].name == prefix + "k_proj.weight");
  BOOST_TEST(row.sources[2].name == prefix + "v_proj.weight");
}

BOOST_AUTO_TEST_CASE(every_dialect_supplies_the_same_names_and_shapes) {
  const auto extents = [](const std::vector<table_row>& rows) {
    std::map<std::string, std::string> out;
    for (const table_row& row : rows) out[row.name] = row.extents.text();
    return out;
  };
  const auto image = extents(rename_table(dialect::openai, vit_b32));
  BOOST_TEST((extents(rename_table(dialect::hf, vit_b32)) == image));
  BOOST_TEST((extents(rename_table(dialect::timm_visual, vit_b32)) == image));
  BOOST_TEST((extents(rename_table(dialect::hf, b32_text)) == extents(rename_table(dialect::openai, b32_text))));
  const auto resnet = extents(rename_table(dialect::openai, rn50));
  BOOST_TEST((extents(rename_table(dialect::timm_visual, rn50)) == resnet));
  BOOST_TEST(image.at("visual.conv1.weight") == "[768, 3072]");
  BOOST_TEST(resnet.at("visual.conv1.weight") == "[32, 27]");
  BOOST_TEST(resnet.at("visual.layer2.0.downsample.bias") == "[512]");
}

BOOST_AUTO_TEST_CASE(the_tables_are_the_listing_of_vit_b_32, *boost::unit_test::precondition(listing_is_there)) {
  check_equal(stored(whole(dialect::openai, vit_b32, b32_text)), listed("ViT-B/32", "openai"));
  check_equal(stored(whole(dialect::hf, vit_b32, b32_text)), listed("ViT-B/32", "hf"));
  check_equal(stored(rename_table(dialect::timm_visual, vit_b32)), listed("ViT-B/32", "timm-visual"));
}

BOOST_AUTO_TEST_CASE(the_tables_are_the_listing_of_rn50, *boost::unit_test::precondition(listing_is_there)) {
  check_equal(stored(whole(dialect::openai, rn50, enc::text_architecture{.embed = 1024})), listed("RN50", "openai"));
  check_equal(stored(rename_table(dialect::timm_visual, rn50)), listed("RN50", "openai", 9));
}
