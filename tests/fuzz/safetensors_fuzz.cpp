/// Feeds arbitrary bytes to every reader of fewclip::io. A finding is a crash, a sanitizer report or an exception that is no
/// fewclip::error.
///
/// With libFuzzer:     clang++ -std=c++20 -g -O1 -fsanitize=fuzzer,address,undefined -I include tests/fuzz/safetensors_fuzz.cpp -o fuzz
///                     ./fuzz corpus            (seeds: run the other form with "--seeds corpus")
/// As a bounded test:  c++ -std=c++20 -DFEWCLIP_FUZZ_STANDALONE -DFEWCLIP_TEST_SOURCE_DIR='"tests"' -I include ... && ./fuzz [runs [seed]]

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <span>
#include <string>
#include <vector>

#include "fewclip/core/error.hpp"
#include "fewclip/io/feature_set.hpp"
#include "fewclip/io/npy.hpp"
#include "fewclip/io/safetensors.hpp"
#include "fewclip/io/safetensors_writer.hpp"

namespace {

using bytes = std::span<const std::byte>;

/// Runs the call; being refused is a fine outcome.
template <class Call>
void attempt(const Call& call) {
  try {
    call();
  } catch (const fewclip::error&) {
    return;
  }
}

void require(bool holds) {
  if (!holds) std::abort();
}

template <class T>
void read_all(const fewclip::io::safetensors_file& file) {
  for (const auto& tensor : file.tensors()) {
    attempt([&] { require(file.read<T>(tensor.name).size() == tensor.elements()); });
  }
}

void read_safetensors(bytes data) {
  const auto file = fewclip::io::safetensors_file::from_bytes(data, "fuzz");
  std::size_t covered = 0;
  for (const auto& tensor : file.tensors()) {
    covered += tensor.end - tensor.begin;
    require(file.find(tensor.name) == &tensor);
    attempt([&] { require(file.bytes(tensor.name).size() == tensor.end - tensor.begin); });
    attempt([&] { static_cast<void>(file.view<float>(tensor.name)); });
  }
  require(covered <= data.size());
  attempt([&] { static_cast<void>(file.info("no such tensor")); });
  read_all<float>(file);
  read_all<std::int32_t>(file);
  attempt([&] { static_cast<void>(read_feature_set(file)); });
  attempt([&] {
    const auto once = fewclip::io::safetensors_writer::copy_of(file).to_bytes();
    const auto again = fewclip::io::safetensors_file::from_bytes(once, "again");
    require(again.names() == file.names() && again.metadata() == file.metadata());
    require(fewclip::io::safetensors_writer::copy_of(again).to_bytes() == once);
  });
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const bytes input(reinterpret_cast<const std::byte*>(data), size);
  attempt([&] { read_safetensors(input); });
  attempt([&] { static_cast<void>(fewclip::io::parse_npy<float>(input, "fuzz")); });
  attempt([&] { static_cast<void>(fewclip::io::parse_npy<std::int64_t>(input, "fuzz")); });
  return 0;
}

#if defined(FEWCLIP_FUZZ_STANDALONE)

#include <cstdio>
#include <filesystem>
#include <fstream>
#include <random>

#include "../io/safetensors_cases.hpp"
#include "fewclip/core/random.hpp"

namespace {

/// The case file, a small feature set and a small .npy.
std::vector<std::string> seed_texts() {
  std::vector<std::string> out;
  for (const auto& one : safetensors_cases::read()) out.push_back(one.file);
  fewclip::io::safetensors_writer writer;
  writer.add_as("train1_features", fewclip::io::dtype::f16, {2, 2}, std::vector<float>{1, 2, 3, 4});
  writer.add("train1_labels", {2}, std::vector<std::int64_t>{0, 1});
  writer.add("text_features", {2, 2}, std::vector<float>{1, 2, 3, 4});
  writer.metadata("class_names", R"(["a","b"])");
  const auto set = writer.to_bytes();
  out.emplace_back(reinterpret_cast<const char*>(set.data()), set.size());
  const std::string dictionary = "{'descr': '<f4', 'fortran_order': False, 'shape': (2, 1), }";
  out.push_back(std::string("\x93NUMPY\1\0", 8) + static_cast<char>(dictionary.size()) + '\0' + dictionary + "12345678");
  return out;
}

/// What headers are made of.
const std::vector<std::string> tokens{"{",
                                      "}",
                                      "[",
                                      "]",
                                      ",",
                                      ":",
                                      "\"",
                                      "0",
                                      "-1",
                                      "1.5",
                                      "18446744073709551615",
                                      "null",
                                      "\\u0000",
                                      "\xC3\xA9",
                                      "\"F16\"",
                                      "\"BOOL\"",
                                      "\"F4\"",
                                      "\"dtype\"",
                                      "\"shape\"",
                                      "\"data_offsets\"",
                                      "__metadata__",
                                      "class_names"};

/// Changes 1 to 8 places. Every other time the length field is set right again, so that the header is looked at.
std::string mutated(std::string text, const std::vector<std::string>& seeds, const fewclip::random_stream& random) {
  std::uint64_t at = 0;
  const auto below = [&](std::size_t count) { return count == 0 ? 0 : static_cast<std::size_t>(random.bits(at++) % count); };
  for (std::size_t changes = 1 + below(8); changes > 0; --changes) {
    const std::size_t place = below(text.size() + 1);
    const std::size_t length = below(std::min<std::size_t>(text.size() - place, 16) + 1);
    switch (below(5)) {
      case 0:
        if (place < text.size()) text[place] = static_cast<char>(below(256));
        break;
      case 1:
        text.erase(place, length);
        break;
      case 2:
        text.insert(place, text.substr(place, length));
        break;
      case 3:
        text.insert(place, tokens[below(tokens.size())]);
        break;
      default: {
        const std::string& other = seeds[below(seeds.size())];
        text = text.substr(0, place) + other.substr(std::min(place, other.size()));
      }
    }
  }
  const std::size_t end = text.rfind('}');
  if (below(2) == 0 && text.size() >= 8 && end != std::string::npos && end >= 8) {
    for (std::size_t i = 0; i < 8; ++i) text[i] = static_cast<char>(((end - 7) >> (8 * i)) & 0xFFU);
  }
  return text;
}

void run_once(const std::string& text) {
  // A copy of exactly this size, so that the address sanitizer sees a read one behind the end.
  const std::vector<std::uint8_t> copy(text.begin(), text.end());
  LLVMFuzzerTestOneInput(copy.data(), copy.size());
}

}  // namespace

int main(int argc, char* argv[]) {
  const std::vector<std::string> seeds = seed_texts();
  if (argc == 3 && std::string(argv[1]) == "--seeds") {
    std::filesystem::create_directories(argv[2]);
    for (std::size_t i = 0; i < seeds.size(); ++i)
      std::ofstream(std::string(argv[2]) + "/seed" + std::to_string(i), std::ios::binary) << seeds[i];
    return 0;
  }
  const std::uint64_t runs = argc > 1 ? std::strtoull(argv[1], nullptr, 10) : 20000;
  const std::uint64_t seed = argc > 2 ? std::strtoull(argv[2], nullptr, 10) : std::random_device()();
  std::printf("%llu runs from seed %llu\n", static_cast<unsigned long long>(runs), static_cast<unsigned long long>(seed));
  std::fflush(stdout);
  for (const std::string& text : seeds) run_once(text);
  for (std::uint64_t run = 0; run < runs; ++run) {
    run_once(mutated(seeds[run % seeds.size()], seeds, fewclip::random_stream(seed, run)));
  }
  return 0;
}

#endif
