#include "fewclip/io/feature_metadata.hpp"

#include <boost/test/unit_test.hpp>

#include "scratch.hpp"

using fewclip::io_error;
using fewclip::shape_error;
using fewclip::value_error;
using scratch::message_of;
namespace io = fewclip::io;
using io::feature_metadata;
using texts = std::map<std::string, std::string>;

namespace {

feature_metadata everything_known() {
  feature_metadata out;
  out.backbone = "ViT-B/32";
  out.weights_sha256 = "w";
  out.dialect = "openai";
  out.preprocess = "224 bicubic";
  out.normalised = "l2";
  out.split = "test";
  out.data_set = "pets";
  out.class_names_sha256 = fewclip::sha256_of_list({"cat", "dog"});
  out.prompts_sha256 = "p";
  out.sampler = "coop";
  out.seed = "1";
  out.shots = "16";
  out.support_rows = "mean_of_views";
  out.views = "10";
  out.scale = "19.7";
  out.compute = "fp32";
  out.created_by = "a test";
  out.other = {{"note", "caf\xC3\xA9"}};
  return out;
}

io::feature_set pets(const feature_metadata& metadata) {
  io::feature_set set;
  set.classes = 2;
  set.dim = 2;
  set.class_names = {"cat", "dog"};
  set.test = io::labelled_features{{1, 0, 0.6F, 0.8F}, 2, 2, {0, 1}};
  set.metadata = io::header_texts(metadata);
  return set;
}

}  // namespace

BOOST_AUTO_TEST_CASE(every_field_comes_back_from_a_file) {
  const scratch::directory here;
  io::write_feature_set(pets(everything_known()), here.file("f"), io::dtype::f16);
  const auto texts_of_file = io::safetensors_file(here.file("f")).metadata();
  BOOST_TEST(texts_of_file.at("format") == "fewclip.features");
  BOOST_TEST(texts_of_file.at("version") == "1");
  BOOST_TEST(texts_of_file.at("backbone") == "ViT-B/32");
  BOOST_TEST(texts_of_file.size() == 2U + 17U + 1U + 3U);  // format and version, the fields, the note; class names, layout and checksum
  const io::feature_set back = io::read_feature_set(here.file("f"));
  BOOST_TEST((io::read_feature_metadata(back.metadata, "f") == everything_known()));
  io::check_metadata(back);
}

BOOST_AUTO_TEST_CASE(unknown_fields_are_not_written_and_read_as_empty) {
  feature_metadata little;
  little.seed = "3";
  BOOST_TEST((io::header_texts(little) == texts{{"format", "fewclip.features"}, {"version", "1"}, {"seed", "3"}}));
  BOOST_TEST((io::read_feature_metadata({{"seed", "3"}}, "f") == little));
  BOOST_TEST((io::read_feature_metadata({}, "f") == feature_metadata{}));
}

BOOST_AUTO_TEST_CASE(headers_of_another_kind_are_refused) {
  const auto refusal = [](const texts& header) { return message_of<io_error>([&] { (void)io::read_feature_metadata(header, "f"); }); };
  BOOST_TEST(refusal({{"format", "pt"}}) == "f: metadata `format`: expected fewclip.features, got `pt`");
  BOOST_TEST(refusal({{"format", "fewclip.features"}, {"version", "2"}}) == "f: metadata `version`: expected 1, got `2`");
  BOOST_TEST(refusal({{"normalised", "yes"}}) == "f: metadata `normalised`: expected l2 or none, got `yes`");
  feature_metadata hidden;
  hidden.other = {{"seed", "1"}};
  BOOST_TEST(message_of<value_error>([&] { (void)io::header_texts(hidden); }) ==
             "fewclip::io::header_texts: other: expected keys without a member of their own, got seed");
  hidden.other = {{"format", "x"}};
  BOOST_CHECK_THROW((void)io::header_texts(hidden), value_error);
}

BOOST_AUTO_TEST_CASE(four_fields_must_agree_and_the_others_need_not) {
  const std::map<std::string, std::string feature_metadata::*> decisive{{"backbone", &feature_metadata::backbone},
                                                                        {"weights_sha256", &feature_metadata::weights_sha256},
                                                                        {"preprocess", &feature_metadata::preprocess},
                                                                        {"class_names_sha256", &feature_metadata::class_names_sha256}};
  for (const auto& [key, text] : decisive) {
    feature_metadata other = everything_known();
    other.*text = "another";
    BOOST_TEST(message_of<value_error>([&] { io::require_compatible(everything_known(), other, "f"); }) ==
               "f: metadata `" + key + "`: expected `" + everything_known().*text + "` as in the other features, got `another`");
    other.*text = "";
    BOOST_TEST(message_of<value_error>([&] { io::require_compatible(everything_known(), other, "f"); }).ends_with("got nothing recorded"));
    BOOST_CHECK_THROW(io::require_compatible(other, everything_known(), "f"), value_error);
  }
  feature_metadata other = everything_known();
  other.dialect = other.normalised = other.split = other.data_set = other.prompts_sha256 = other.sampler = other.seed = "none";
  other.shots = other.support_rows = other.views = other.scale = other.compute = other.created_by = "none";
  other.other.clear();
  io::require_compatible(everything_known(), other, "f");
  io::require_compatible(feature_metadata{}, feature_metadata{}, "f");
}

BOOST_AUTO_TEST_CASE(files_must_agree_in_dim_metadata_and_class_names) {
  io::feature_set a = pets({});
  io::feature_set b = pets({});
  a.path = "a";
  b.path = "b";
  io::require_compatible(a, b);
  b.class_names = {"cat", "doge"};
  BOOST_TEST(message_of<value_error>([&] { io::require_compatible(a, b); }) == "b: name of class 1: expected `dog` as in a, got `doge`");
  b.class_names = {"cat", "dog", "eel"};
  BOOST_TEST(message_of<value_error>([&] { io::require_compatible(a, b); }) == "b: class names: expected 2 as in a, got 3");
  b.class_names.clear();
  io::require_compatible(a, b);
  b.metadata["backbone"] = "RN50";
  BOOST_TEST(message_of<value_error>([&] { io::require_compatible(a, b); }) ==
             "b: metadata `backbone`: expected nothing recorded as in the other features, got `RN50`");
  b.dim = 3;
  BOOST_TEST(message_of<shape_error>([&] { io::require_compatible(a, b); }) == "b: dim: expected 2 as in a, got 3");
}

BOOST_AUTO_TEST_CASE(recorded_unit_rows_are_measured) {
  io::feature_set set = pets(everything_known());
  set.path = "f";
  io::check_metadata(set);
  set.test->features = {1, 0, 0.6F, 0.803F};
  BOOST_CHECK_THROW(io::check_metadata(set), value_error);
  set.test->features = {1, 0, 0, 1.5F};
  BOOST_TEST(message_of<value_error>([&] { io::check_metadata(set); }) ==
             "f: test_features, length of row 1: expected 1 within 0.001, since `normalised` is l2, got 1.500000");
  set.metadata["normalised"] = "none";
  io::check_metadata(set);
  set.metadata["normalised"] = "l2";
  set.test->features = {1, 0, 0.6F, 0.8F};
  set.text = {1, 0, 0, 2};
  BOOST_CHECK_THROW(io::check_metadata(set), value_error);
}

BOOST_AUTO_TEST_CASE(a_recorded_digest_of_the_class_names_is_compared) {
  io::feature_set set = pets(everything_known());
  set.class_names = {"dog", "cat"};
  BOOST_CHECK_THROW(io::check_metadata(set), value_error);
  set.class_names.clear();
  io::check_metadata(set);
}

BOOST_AUTO_TEST_CASE(the_scale_is_a_positive_number_where_it_is_recorded) {
  feature_metadata given;
  BOOST_TEST(!io::scale_of(given, "here").has_value());
  given.scale = "19.7";
  BOOST_TEST(io::scale_of(given, "here").value() == 19.7);
  for (const char* wrong : {"0", "-1", "nan", "inf", "1e999", "20 ", "x"}) {
    given.scale = wrong;
    BOOST_TEST(message_of<io_error>([&] { io::scale_of(given, "here"); }).find("here: metadata `scale`: expected a positive number") == 0U);
  }
}
