// Times an image or text tower with fewclip and prints one JSON line; the counterpart of encoder_peer.py, with the same options.
//
//   fewclip_encoder_job --model DIR --tower image --inputs pixels.safetensors --threads 1 --products onednn

#include <algorithm>
#include <chrono>
#include <fstream>
#include <iostream>
#include <map>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "encoder_sides.hpp"
#include "fewclip/core/parallel.hpp"
#include "fewclip/io/safetensors.hpp"
#include "fewclip/io/safetensors_writer.hpp"

namespace {

using words = std::map<std::string, std::string>;

words read_options(int count, char** arguments) {
  words out{{"model", ""},    {"tower", "image"}, {"inputs", ""}, {"outputs", ""},     {"products", "eigen"},
            {"threads", "1"}, {"warmup", "2"},    {"stdin", ""},  {"repetitions", "7"}};
  for (int i = 1; i < count; ++i) {
    const std::string name = std::string(arguments[i]).substr(0, 2) == "--" ? arguments[i] + 2 : "";
    if (name == "stdin") {
      out["stdin"] = "yes";
    } else if (i + 1 < count && out.contains(name)) {
      out[name] = arguments[++i];
    } else {
      throw fewclip::value_error(
          fewclip::expected_got("fewclip_encoder_job", "argument", "an option of encoder_peer.py with its value", arguments[i]));
    }
  }
  return out;
}

peers::encoder_side side_of(const words& given) {
  const std::string& products = given.at("products");
  const std::string& model = given.at("model");
  if (products == "eigen") return peers::encoder_on_eigen(model, given.at("tower"));
#if defined(FEWCLIP_WITH_ONEDNN)
  if (products == "onednn") return peers::encoder_on_onednn(model, given.at("tower"));
  if (products == "onednn-bf16") return peers::encoder_on_onednn_bf16(model, given.at("tower"));
#endif
  throw fewclip::value_error(
      fewclip::expected_got("fewclip_encoder_job", "--products", "eigen, onednn or onednn-bf16 (where built)", products));
}

peers::encoder_inputs inputs_of(const words& given) {
  const fewclip::io::safetensors_file file(given.at("inputs"));
  const bool image = given.at("tower") == "image";
  peers::encoder_inputs out;
  const auto& extents = file.info(image ? "pixels" : "ids").shape;
  for (const auto extent : extents) out.extents.append(static_cast<fewclip::index>(extent));
  if (image) {
    out.pixels = file.read<float>("pixels");
  } else {
    out.ids = file.read<std::int32_t>("ids");
  }
  return out;
}

double peak_mib() {
  std::ifstream status("/proc/self/status");
  for (std::string word; status >> word;) {
    if (word == "VmHWM:" && status >> word) return std::stod(word) / 1024;
  }
  return 0;
}

int measure(const words& given) {
  fewclip::set_threads(std::stoi(given.at("threads")));
  const peers::encoder_inputs inputs = inputs_of(given);
  const peers::encoder_side side = side_of(given);
  const std::vector<float> first = side(inputs);
  if (!given.at("outputs").empty()) {
    const auto rows = static_cast<std::size_t>(inputs.extents.rows());
    fewclip::io::safetensors_writer file;
    file.add_as("features", fewclip::io::dtype::f32, {rows, first.size() / rows}, {first.data(), first.size()});
    file.write(given.at("outputs"));
  }
  for (int i = 1; i < std::stoi(given.at("warmup")); ++i) (void)side(inputs);
  std::vector<double> seconds;
  const auto repetition = [&] {
    const auto start = std::chrono::steady_clock::now();
    (void)side(inputs);
    seconds.push_back(std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count());
  };
  if (given.at("stdin").empty()) {
    for (int i = 0; i < std::stoi(given.at("repetitions")); ++i) repetition();
  } else {
    std::cout << "ready" << std::endl;
    for (std::string line; std::getline(std::cin, line);) {
      repetition();
      std::cout << seconds.back() << std::endl;
    }
  }
  if (seconds.empty()) return 0;
  std::sort(seconds.begin(), seconds.end());
  std::cout << nlohmann::json{{"peer", "fewclip"}, {"median_s", seconds[seconds.size() / 2]}, {"peak_rss_mib", peak_mib()}} << '\n';
  return 0;
}

}  // namespace

int main(int count, char** arguments) try { return measure(read_options(count, arguments)); } catch (const std::exception& failure) {
  std::cerr << failure.what() << '\n';
  return 2;
}
