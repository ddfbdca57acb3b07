// The tiny CLIPs of examples/models: files, self-tests, tokenizers, and what they know of the tangram world.

#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>
#include <filesystem>
#include <map>
#include <span>
#include <string>
#include <vector>

#include "fewclip/compiled/clip.hpp"
#include "fewclip/data/tangram/target_tasks.hpp"

namespace {

namespace fs = std::filesystem;
namespace tangram = fewclip::data::tangram;

using backend = fewclip::compiled::backend;
using model = fewclip::runtime::clip<backend>;
using tensor = fewclip::tensor<backend>;

const std::vector<std::string> names{"tangram-vit", "tangram-resnet"};

std::string folder(const std::string& name) { return FEWCLIP_TEST_SOURCE_DIR "/../examples/models/" + name; }

const model& clip_of(const std::string& name) {
  static std::map<std::string, model> all;
  const auto found = all.find(name);
  return found != all.end() ? found->second : all.try_emplace(name, folder(name)).first->second;
}

/// The share of pictures of a task that "a photo of a {}." tells right.
double zero_shot_accuracy(const model& clip, const tangram::target_task& task, fewclip::index per_class) {
  const auto& settings = clip.preprocessing();
  const auto classes = static_cast<fewclip::index>(task.kinds.size());
  std::vector<float> pixels(static_cast<std::size_t>(classes * per_class) * settings.values());
  std::vector<fewclip::label> labels;
  for (fewclip::index c = 0; c < classes; ++c) {
    for (fewclip::index n = 0; n < per_class; ++n) {
      const std::span<float> out(pixels.data() + labels.size() * settings.values(), settings.values());
      settings.apply(task.picture(c, n, 5, settings.size), out);
      labels.push_back(static_cast<fewclip::label>(c));
    }
  }
  const tensor images = clip.embed_images(tensor::from_host(pixels.data(), {classes * per_class, 3, settings.size, settings.size}));
  const tensor text = clip.class_text({task.class_names(), fewclip::prompts::template_list({"a photo of a {}."})});
  const std::vector<float> rows = images.to_host();
  const std::vector<float> columns = text.to_host();
  const auto width = static_cast<std::size_t>(clip.embed());
  std::size_t hits = 0;
  for (std::size_t i = 0; i < labels.size(); ++i) {
    std::size_t best = 0;
    float most = -1e30F;
    for (std::size_t c = 0; c < static_cast<std::size_t>(classes); ++c) {
      float score = 0;
      for (std::size_t d = 0; d < width; ++d) score += rows[i * width + d] * columns[c * width + d];
      if (score > most) most = score, best = c;
    }
    hits += best == static_cast<std::size_t>(labels[i]) ? 1U : 0U;
  }
  return static_cast<double>(hits) / static_cast<double>(labels.size());
}

tangram::target_task every_kind() {
  tangram::target_task out;
  for (fewclip::index kind = 0; kind < tangram::kind_count; ++kind) out.kinds.push_back(kind);
  return out;
}

}  // namespace

BOOST_DATA_TEST_CASE(the_files_of_a_model_have_fewer_than_four_megabytes, names, name) {
  std::uintmax_t bytes = 0;
  for (const auto& each : fs::directory_iterator(folder(name))) bytes += each.file_size();
  BOOST_TEST(bytes > 1000000U);
  BOOST_TEST(bytes < 4000000U);
}

BOOST_DATA_TEST_CASE(features_are_those_that_the_library_of_the_dialect_computed, names, name) {
  BOOST_TEST(clip_of(name).weights().warnings().empty());
  const auto test = clip_of(name).self_test();
  BOOST_REQUIRE(test.has_value());
  BOOST_TEST(test->image.rows >= 3);
  BOOST_TEST(test->text.rows == 8);
  BOOST_TEST(test->image.within(0.999999, 1e-4));
  BOOST_TEST(test->text.within(0.999999, 1e-4));
}

// The sentences of tools/tangram_clip_files.py, whose ids transformers and open_clip confirmed with --check.
BOOST_DATA_TEST_CASE(token_ids_are_those_of_transformers, names, name) {
  const std::vector<std::string> texts{"a photo of a boat.", "a dog with a head, a body, and a tail",
                                       "Words it has never seen: x-ray, 42!"};
  const std::vector<std::size_t> rows{0, 3, 7};
  const auto got = clip_of(name).tokenizer().rows(texts, {.fill = fewclip::tokenizer::padding::end});
  BOOST_REQUIRE(got.context == 40);
  const auto stored = fewclip::io::safetensors_file(folder(name) + "/" + model::self_test_name).read<std::int32_t>("token_ids");
  for (std::size_t r = 0; r < rows.size(); ++r) {
    const auto* const expected = stored.data() + rows[r] * 40;
    BOOST_TEST(std::vector<std::int32_t>(got.ids.begin() + static_cast<std::ptrdiff_t>(r * 40),
                                         got.ids.begin() + static_cast<std::ptrdiff_t>(r * 40 + 40)) ==
                   std::vector<std::int32_t>(expected, expected + 40),
               boost::test_tools::per_element());
  }
}

BOOST_DATA_TEST_CASE(pictures_as_in_pre_training_are_told_apart_without_examples, names, name) {
  BOOST_TEST(zero_shot_accuracy(clip_of(name), every_kind(), 8) > 0.6);  // 0.67 and 0.69 of 600 other pictures
}

BOOST_DATA_TEST_CASE(pictures_drawn_otherwise_are_told_apart_better_than_by_chance, names, name) {
  double sum = 0;
  for (const auto& task : tangram::target_tasks(16)) {
    const double accuracy = zero_shot_accuracy(clip_of(name), task, 8);
    BOOST_TEST_MESSAGE(name << " " << tangram::name_of(task.shift) << " " << accuracy);
    sum += accuracy;
  }
  BOOST_TEST(sum / 5 > 0.2);
  BOOST_TEST(sum / 5 < 0.95);  // else nothing would be left to few-shot methods
}
