#include "fewclip/checkpoints/weight_files.hpp"

#include <boost/test/unit_test.hpp>
#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include "fewclip/checkpoints/checkpoint.hpp"
#include "fixtures.hpp"

using fewclip::checkpoints::checkpoint;
using fewclip::checkpoints::weight_files;
using fixtures::contains;
using fixtures::entry;

namespace {

void write_one(const std::string& path, const std::string& name) { fixtures::write(path, {{name, fewclip::io::dtype::f32, {2}, {1, 2}}}); }

std::string refusal(const std::string& path) {
  return scratch::message_of<fewclip::io_error>([&] { weight_files{path}; });
}

/// A folder with two shards, and an index of which parts can be replaced.
struct sharded {
  sharded() {
    fixtures::write(here.file("one.safetensors"), {{"a", fewclip::io::dtype::f32, {2}, {1, 2}}, {"b", fewclip::io::dtype::f32, {1}, {3}}});
    write_one(here.file("two.safetensors"), "c");
  }

  std::string index(const std::string& text) const {
    scratch::write_text(here.file("model.safetensors.index.json"), text);
    return here.file("model.safetensors.index.json");
  }

  std::string refusal_of(const std::string& text) const { return refusal(index(text)).substr(here.file("").size()); }

  scratch::directory here;
};

const std::string good =
    R"({"metadata":{"total_size":20},"weight_map":{"a":"one.safetensors","b":"one.safetensors","c":"two.safetensors"}})";

}  // namespace

BOOST_AUTO_TEST_CASE(a_directory_is_searched_in_the_order_of_open_clip) {
  const scratch::directory here;
  const auto chosen = [&] { return std::filesystem::path(weight_files(here.file("")).path()).filename().string(); };
  scratch::write_text(here.file("pytorch_model.bin"), "pickle");
  write_one(here.file("vit.safetensors"), "a");
  BOOST_TEST(chosen() == "vit.safetensors");
  scratch::write_text(here.file("model.safetensors.index.json"), R"({"weight_map":{"a":"vit.safetensors"}})");
  BOOST_TEST(chosen() == "model.safetensors.index.json");
  for (const char* const name : {"model.safetensors", "open_clip_pytorch_model.safetensors", "open_clip_model.safetensors"}) {
    write_one(here.file(name), "a");
    BOOST_TEST(chosen() == name);
  }
}

BOOST_AUTO_TEST_CASE(a_directory_without_a_choice_is_refused) {
  const scratch::directory here;
  const std::string folder = here.file("");
  BOOST_TEST(refusal(folder) == folder + ": weights: expected model.safetensors or open_clip_model.safetensors, got no safetensors file");
  write_one(here.file("x.safetensors"), "a");
  write_one(here.file("y.safetensors"), "a");
  BOOST_TEST(contains(refusal(folder), "got several other ones: " + here.file("x.safetensors") + ", " + here.file("y.safetensors")));
  BOOST_TEST(refusal(here.file("none")) == here.file("none") + ": path: expected a directory or a file, got none");
}

BOOST_AUTO_TEST_CASE(well_known_wrong_places_are_called_what_they_are) {
  const scratch::directory here;
  BOOST_TEST(refusal("openai/clip-vit-base-patch32") ==
             "openai/clip-vit-base-patch32: path: expected a directory or a file, got none; a repository of that name has to be downloaded "
             "first, nothing is fetched");
  const std::string cache = here.file("models--x--y");
  std::filesystem::create_directories(cache + "/snapshots/0a1b");
  BOOST_TEST(refusal(cache) == cache +
                                   ": weights: expected a CLIP's safetensors file, got none, but a folder of the hub's cache; the model is "
                                   "inside: " +
                                   cache + "/snapshots/0a1b");
  const std::string pipeline = here.file("sd");
  std::filesystem::create_directories(pipeline + "/text_encoder");
  scratch::write_text(pipeline + "/model_index.json", "{}");
  BOOST_TEST(contains(refusal(pipeline), "got none, but a pipeline of diffusers; its text encoder lies in " + pipeline + "/text_encoder"));
  const std::string adapter = here.file("lora");
  std::filesystem::create_directories(adapter);
  scratch::write_text(adapter + "/adapter_config.json", "{}");
  BOOST_TEST(contains(refusal(adapter), "got none, but an adapter (PEFT, LoRA) of a model; merge it into that model first"));
}

BOOST_AUTO_TEST_CASE(other_formats_are_refused_with_the_program_that_converts) {
  const scratch::directory here;
  const std::string program = "; tools/convert_checkpoint.py writes the original PyTorch weights as safetensors";
  const std::map<std::string, std::string> formats{{"m.pt", "a pickle, which is a program and is never run"},
                                                   {"m.pth", "a pickle, which is a program and is never run"},
                                                   {"m.bin", "a pickle, which is a program and is never run"},
                                                   {"m.ckpt", "a pickle, which is a program and is never run"},
                                                   {"m.gguf", "GGUF"},
                                                   {"m.onnx", "ONNX"}};
  for (const auto& [name, format] : formats) {
    scratch::write_text(here.file(name), "x");
    BOOST_TEST(refusal(here.file(name)) == here.file(name) + ": format: expected safetensors, got " + format + program);
  }
  BOOST_TEST(contains(refusal(here.file("")), "m.bin: format: expected safetensors, got a pickle"));
  scratch::write_text(here.file("m.npz"), "x");
  BOOST_TEST(
      contains(refusal(here.file("m.npz")), "expected a name that ends in .safetensors or .safetensors.index.json, got another ending"));
}

BOOST_AUTO_TEST_CASE(shards_are_one_set_of_tensors) {
  const sharded model;
  const weight_files files(model.index(good));
  BOOST_TEST(files.tensors().size() == 3U);
  BOOST_TEST(files.files().size() == 2U);
  BOOST_TEST(files.warnings().empty());
  BOOST_TEST(files.find("c")->file->path() == model.here.file("two.safetensors"));
  BOOST_TEST((files.find("b")->file->read<float>("b") == std::vector<float>{3}));
  BOOST_TEST(files.find("d") == nullptr);
}

BOOST_AUTO_TEST_CASE(an_index_that_contradicts_its_shards_is_refused) {
  const sharded model;
  BOOST_TEST(model.refusal_of(R"({"weight_map":{"z":"one.safetensors"}})") ==
             "model.safetensors.index.json: tensor z: expected to be in one.safetensors, got none of that name there");
  BOOST_TEST(contains(model.refusal_of(R"({"weight_map":{"a":"three.safetensors"}})"), "three.safetensors: open: expected success"));
  write_one(model.here.file("two.safetensors"), "a");
  BOOST_TEST(model.refusal_of(R"({"weight_map":{"a":"two.safetensors","b":"one.safetensors"}})") ==
             "model.safetensors.index.json: tensor a: expected one file that has it, got one.safetensors and two.safetensors");
}

BOOST_AUTO_TEST_CASE(a_shard_is_a_plain_file_name) {
  const sharded model;
  for (const char* const name : {"", ".", "../one.safetensors", "/etc/passwd", "x/one.safetensors", "x\\\\one", "..", "a\\u0000b"}) {
    const std::string message = model.refusal_of(std::string(R"({"weight_map":{"a":")") + name + R"("}})");
    BOOST_TEST(contains(message, "file of a: expected a plain file name, got \""), message);
  }
  BOOST_TEST(contains(model.refusal_of(R"({"weight_map":{"a":3}})"), "file of a: expected a text, got a JSON number"));
  BOOST_TEST(contains(model.refusal_of(R"({"weight_map":{"a":"pytorch_model-1.bin"}})"), "expected safetensors, got a pickle"));
}

BOOST_AUTO_TEST_CASE(an_index_must_be_what_it_should) {
  const sharded model;
  for (const char* const text : {"{}", R"({"weight_map":[]})", R"({"weight_map":{}})"}) {
    BOOST_TEST(contains(model.refusal_of(text), "weight_map: expected an object of tensor names and file names, got none"), text);
  }
  BOOST_TEST(contains(model.refusal_of("[1]"), "content: expected a JSON object, got a JSON array"));
  BOOST_TEST(contains(model.refusal_of("{"), "content: expected JSON, got malformed JSON at byte 2"));
  BOOST_TEST(contains(model.refusal_of(R"({"weight_map":{"a":"one.safetensors","a":"two.safetensors"}})"),
                      "key \"a\": expected once in its object, got twice"));
  std::string deep = "{\"x\":";
  for (int i = 0; i < 100000; ++i) deep += "[";
  BOOST_TEST(contains(model.refusal_of(deep), "nesting: expected at most 32 levels, got more"));
}

BOOST_AUTO_TEST_CASE(harmless_oddities_of_an_index_are_warnings) {
  const sharded model;
  const weight_files files(model.index(R"({"metadata":{"total_size":1},"weight_map":{"a":"one.safetensors","c":"two.safetensors"}})"));
  BOOST_REQUIRE(files.warnings().size() == 2U);
  BOOST_TEST(contains(files.warnings()[0], "tensor b of one.safetensors: expected an entry in the index, got none; ignored"));
  BOOST_TEST(contains(files.warnings()[1], "metadata.total_size: expected 20 bytes of tensors, got 1"));
  BOOST_TEST(files.find("b") == nullptr);
}

BOOST_AUTO_TEST_CASE(a_sharded_model_gives_the_numbers_of_the_whole_one) {
  const fixtures::changed_model whole("vit/hf");
  std::vector<std::vector<entry>> parts(3);
  std::string map;
  for (const entry& e : fixtures::entries_of(whole.weights_file())) {
    const std::size_t part = map.size() % 3;
    parts[part].push_back(e);
    map += (map.empty() ? "\"" : ",\"") + e.name + "\":\"s" + std::to_string(part) + ".safetensors\"";
  }
  for (std::size_t i = 0; i < 3; ++i) fixtures::write(whole.file("s" + std::to_string(i) + ".safetensors"), parts[i]);
  std::filesystem::remove(whole.weights_file());
  scratch::write_text(whole.file("model.safetensors.index.json"), "{\"weight_map\":{" + map + "}}");
  const checkpoint opened = whole.open();
  BOOST_TEST(opened.weight_paths().size() == 3U);
  BOOST_TEST(opened.warnings().empty());
  BOOST_TEST((fixtures::all_values(opened) == fixtures::all_values(checkpoint(fixtures::model("vit/hf")))));
}

BOOST_AUTO_TEST_CASE(names_that_become_equal_when_cleaned_are_refused) {
  const scratch::directory here;
  const entry plain{"visual.proj", fewclip::io::dtype::f32, {1}, {1}};
  entry prefixed = plain;
  prefixed.name = "module.visual.proj";
  fixtures::write(here.file("m.safetensors"), {prefixed, plain});
  BOOST_TEST(refusal(here.file("m.safetensors")) ==
             here.file("m.safetensors") + ": tensor visual.proj: expected once, got twice after prefixes were stripped");
}

BOOST_AUTO_TEST_CASE(an_index_that_is_not_read_is_said) {
  const sharded model;
  model.index(good);
  BOOST_TEST(weight_files(model.here.file("")).warnings().empty());
  write_one(model.here.file("model.safetensors"), "a");
  const weight_files both(model.here.file(""));
  BOOST_TEST_REQUIRE(both.warnings().size() == 1U);
  BOOST_TEST(contains(both.warnings()[0], "got model.safetensors and model.safetensors.index.json; the former is read"));
  BOOST_TEST(weight_files(model.here.file("model.safetensors")).warnings().empty());
}
