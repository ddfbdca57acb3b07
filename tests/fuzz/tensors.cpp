/// Files of tensors: safetensors and what is made of it, npy.

#include <algorithm>

#include "../io/safetensors_cases.hpp"
#include "../io/scratch.hpp"
#include "fewclip/backend/cpu.hpp"
#include "fewclip/io/classifier_file.hpp"
#include "fewclip/io/feature_set.hpp"
#include "fewclip/io/npy.hpp"
#include "fewclip/io/training_state_file.hpp"
#include "fuzz.hpp"

namespace fuzz {

namespace {

namespace io = fewclip::io;
using fewclip::io_error;
using fewclip::shape_error;
using fewclip::value_error;
using texts = std::vector<std::string>;

const std::string fuzzed = "fuzz.file";

std::string file_of(const io::safetensors_writer& writer) { return scratch::text_of(writer.to_bytes()); }

template <class T>
void read_all(const io::safetensors_file& file) {
  for (const auto& tensor : file.tensors()) {
    attempt<io_error, value_error>(fuzzed, [&] {
      require(file.read<T>(tensor.name).size() == tensor.elements(), "a tensor has another number of values than its shape says");
    });
  }
}

void check_safetensors(const io::safetensors_file& file, std::size_t size) {
  std::size_t covered = 0;
  for (const auto& tensor : file.tensors()) {
    covered += tensor.end - tensor.begin;
    require(file.find(tensor.name) == &tensor, "a tensor is not found under its name");
    attempt<io_error>(fuzzed, [&] {
      require(file.bytes(tensor.name).size() == tensor.end - tensor.begin, "a tensor has other bytes than the header says");
    });
    attempt<io_error>(fuzzed, [&] { static_cast<void>(file.view<float>(tensor.name)); });
  }
  require(covered <= size, "the tensors are larger than the file");
  attempt<io_error>(fuzzed, [&] { static_cast<void>(file.info("no such tensor")); });
  read_all<float>(file);
  read_all<std::int32_t>(file);
  attempt<io_error, value_error>("", [&] {
    const auto once = io::safetensors_writer::copy_of(file).to_bytes();
    const auto again = io::safetensors_file::from_bytes(once, "again");
    require(again.names() == file.names() && again.metadata() == file.metadata(), "a copy has other names");
    require(io::safetensors_writer::copy_of(again).to_bytes() == once, "a copy of a copy differs");
  });
}

void read_safetensors(bytes input) {
  attempt<io_error>(fuzzed, [&] { check_safetensors(io::safetensors_file::from_bytes(input, fuzzed), input.size()); });
}

texts safetensors_seeds() {
  texts out;
  for (const auto& one : safetensors_cases::read()) out.push_back(one.file);
  return out;
}

void read_features(bytes input) {
  attempt<io_error, shape_error, value_error>(fuzzed, [&] {
    const io::feature_set set = io::read_feature_set(io::safetensors_file::from_bytes(input, fuzzed));
    require(set.dim > 0 && set.classes > 0, "a feature set without classes or channels was read");
  });
}

texts feature_seeds() {
  texts out;
  for (const io::dtype type : {io::dtype::f16, io::dtype::f32}) {
    io::safetensors_writer writer;
    writer.add_as("train1_features", type, {2, 2}, std::vector<float>{1, 2, 3, 4});
    writer.add("train1_labels", {2}, std::vector<std::int64_t>{0, 1});
    out.push_back(file_of(writer));  // labels alone
    writer.add_as("test_features", type, {1, 2}, std::vector<float>{1, 2});
    writer.add("test_labels", {1}, std::vector<std::int64_t>{1});
    writer.add("text_features", {2, 2}, std::vector<float>{1, 2, 3, 4});
    writer.metadata("class_names", R"(["a","b"])");
    writer.metadata("backbone", "ViT-B/32");
    out.push_back(file_of(writer));
  }
  return out;
}

void read_classifier_file(bytes input) {
  attempt<io_error>(fuzzed, [&] {
    const io::classifier_file read = io::read_classifier(io::safetensors_file::from_bytes(input, fuzzed));
    require(!read.method.empty() && !read.class_names.empty() && read.dim > 0,
            "a classifier without a method, classes or channels was read");
    for (const std::int64_t label : read.support_labels) {
      require(label >= 0 && static_cast<std::size_t>(label) < read.class_names.size(), "a label outside the classes was read");
    }
  });
}

texts classifier_seeds() {
  io::classifier_file fitted;
  fitted.method = "tip_adapter";
  fitted.class_names = {"a \"cat\"", "caf\xC3\xA9"};
  fitted.prompt_template = "a photo of a {}.";
  fitted.settings = {{"alpha", 0.1}, {"beta", 5.5}};
  fitted.dim = 3;
  fitted.text = {{2, 3}, {1, 0, 0, 0, 1, 0}};
  fitted.anchors = {{1, 3}, {0, 0, 1}};
  fitted.support = {{3, 3}, {1, 0, 0, 0, 1, 0, 0, 0, 1}};
  fitted.support_labels = {1, 0, 1};
  fitted.trained = {{"cache/keys", {{1, 2}, {0.25F, -0.5F}}}, {"scale", {{}, {4}}}, {"none", {{0}, {}}}};
  fitted.origin.backbone = "ViT-B/32";
  fitted.facts = {{"shots", "16"}};
  const std::string path = place("classifier");
  io::write_classifier(fitted, path);
  texts out{scratch::read_text(path)};
  fitted.rows = "pixels";
  fitted.support = {};
  fitted.support_labels = {};
  io::write_classifier(fitted, path);
  out.push_back(scratch::read_text(path));
  return out;
}

void read_state(bytes input) {
  const std::string path = written("state", input);
  std::optional<fewclip::saved_state> saved;
  attempt<io_error>(path, [&] { saved = io::read_training_state(path, "run"); });
  if (!saved) return;
  attempt<value_error>("fewclip::trainer_state",
                       [&] { static_cast<void>(fewclip::trainer_state<fewclip::backend::cpu<float>>::load(*saved)); });
}

texts state_seeds() {
  fewclip::trainer_state<fewclip::backend::cpu<float>> state;
  state.step = 3;
  state.losses = {1.5, 1.25, 1.0};
  state.learning_rates = {0.1, 0.1, 0.05};
  state.watched = {0.5};
  state.best_watched = 0.5;
  state.counts = {{"steps", 3}};
  const float values[]{1, 2, 3, 4};
  state.tensors.emplace("parameter/weight", fewclip::tensor<fewclip::backend::cpu<float>>::from_host(values, {2, 2}));
  const std::string path = place("seed_state");
  io::write_training_state(state.save(), path, "run");
  return {scratch::read_text(path)};
}

template <class T>
void read_npy_as(bytes input) {
  attempt<io_error, shape_error, value_error>(fuzzed, [&] {
    const auto read = io::parse_npy<T>(input, fuzzed);
    std::size_t values = 1;
    for (const std::size_t extent : read.shape) values *= extent;
    require(read.values.size() == values, "an array has another number of values than its shape says");
  });
}

void read_npy(bytes input) {
  read_npy_as<float>(input);
  read_npy_as<double>(input);
  read_npy_as<std::int64_t>(input);
  read_npy_as<std::uint8_t>(input);
}

texts npy_seeds() {
  texts out;
  const auto add = [&](const std::string& descr, const std::string& shape, const std::string& data) {
    const std::string header = "{'descr': '" + descr + "', 'fortran_order': False, 'shape': " + shape + ", }\n";
    out.push_back(std::string("\x93NUMPY\1\0", 8) + static_cast<char>(header.size()) + '\0' + header + data);
  };
  add("<f4", "(2, 1)", "12345678");
  add("<f2", "(4,)", "12345678");
  add("<i8", "()", "12345678");
  add("|u1", "(2, 2, 2)", "12345678");
  add("|b1", "(0, 3)", "");
  return out;
}

}  // namespace

std::vector<target> tensor_targets() {
  const texts words{"\"F16\"",   "\"BOOL\"",  "\"F4\"",           "\"I64\"",      "\"U64\"",
                    "\"dtype\"", "\"shape\"", "\"data_offsets\"", "__metadata__", "class_names"};
  return {{"safetensors", read_safetensors, safetensors_seeds, words, true},
          {"feature_set", read_features, feature_seeds, words, true},
          {"classifier", read_classifier_file, classifier_seeds, words, true},
          {"training_state", read_state, state_seeds, words, true},
          {"npy", read_npy, npy_seeds, {"'descr'", "'<f8'", "'>i4'", "(", ")", "True", "'fortran_order'", "\x93NUMPY\2"}}};
}

}  // namespace fuzz
