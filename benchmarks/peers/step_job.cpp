// Times one training step with fewclip and prints one JSON line; the counterpart of step_peer.py, with the same options.
//
//   fewclip_step_job --job coop_step --inputs coop.safetensors --threads 1 --products onednn

#include <algorithm>
#include <chrono>
#include <iostream>
#include <map>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "fewclip/core/memory.hpp"
#include "fewclip/core/parallel.hpp"
#include "measuring.hpp"
#include "step_sides.hpp"

namespace {

using words = std::map<std::string, std::string>;

words read_options(int count, char** arguments) {
  words out{{"job", ""},     {"inputs", ""}, {"outputs", ""}, {"products", "eigen"}, {"threads", "1"},
            {"warmup", "2"}, {"calls", "1"}, {"stdin", ""},   {"repetitions", "7"}};
  for (int i = 1; i < count; ++i) {
    const std::string name = std::string(arguments[i]).substr(0, 2) == "--" ? arguments[i] + 2 : "";
    if (name == "stdin") {
      out["stdin"] = "yes";
    } else if (i + 1 < count && out.contains(name)) {
      out[name] = arguments[++i];
    } else {
      throw fewclip::value_error(
          fewclip::expected_got("fewclip_step_job", "argument", "an option of step_peer.py with its value", arguments[i]));
    }
  }
  return out;
}

peers::job build(const words& given) {
  const std::string& products = given.at("products");
  const fewclip::io::safetensors_file file(given.at("inputs"));
  peers::job out;
  if (products == "eigen") out = peers::step_on_eigen(given.at("job"), file);
#if defined(FEWCLIP_WITH_ONEDNN)
  if (products == "onednn") out = peers::step_on_onednn(given.at("job"), file);
  if (products == "onednn-bf16") out = peers::step_on_onednn_bf16(given.at("job"), file);
#endif
  if (!out.run) {
    throw fewclip::value_error(fewclip::expected_got("fewclip_step_job", "--job and --products",
                                                     "a job of step_peer.py on eigen, onednn or onednn-bf16 (where built)",
                                                     given.at("job") + " on " + products));
  }
  return out;
}

/// Seconds per call of every repetition: one for each line read, or as many as asked for.
std::vector<double> repeat(const words& given, const peers::job& job) {
  const int calls = std::stoi(given.at("calls"));
  std::vector<double> seconds;
  const auto repetition = [&] {
    const auto start = std::chrono::steady_clock::now();
    for (int k = 0; k < calls; ++k) job.run();
    seconds.push_back(std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count() / calls);
  };
  if (given.at("stdin").empty()) {
    for (int i = 0; i < std::stoi(given.at("repetitions")); ++i) repetition();
    return seconds;
  }
  std::cout << "ready" << std::endl;
  for (std::string line; std::getline(std::cin, line);) {
    repetition();
    std::cout << seconds.back() << std::endl;
  }
  return seconds;
}

int measure(const words& given) {
  fewclip::keep_freed_memory();  // as the program does
  fewclip::set_threads(std::stoi(given.at("threads")));
  const double start = peers::resident_mib("VmRSS:");
  const peers::job job = build(given);
  peers::forget_peak();
  const double ready = peers::resident_mib("VmRSS:");
  peers::matrices outputs = job.run();
  if (!given.at("outputs").empty()) {
    outputs.merge(job.state());
    peers::write_outputs(given.at("outputs"), outputs);
  }
  outputs.clear();
  for (int i = 1; i < std::stoi(given.at("warmup")); ++i) job.run();
  std::vector<double> seconds = repeat(given, job);
  if (seconds.empty()) return 0;
  std::sort(seconds.begin(), seconds.end());
  std::cout << nlohmann::json{{"side", "fewclip"},
                              {"median_s", seconds[seconds.size() / 2]},
                              {"start_mib", start},
                              {"ready_mib", ready},
                              {"peak_mib", peers::resident_mib("VmHWM:")}}
            << '\n';
  return 0;
}

}  // namespace

int main(int count, char** arguments) try { return measure(read_options(count, arguments)); } catch (const std::exception& failure) {
  std::cerr << failure.what() << '\n';
  return 2;
}
