// Times one job with fewclip and prints one JSON line; the counterpart of peers.py, with the same options.
//
//   fewclip_job --job tip_adapter_predict --n 10000 --classes 1000 --shots 16 --dim 1024 --threads 1 --products onednn

#include <sys/resource.h>

#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <fstream>
#include <iostream>
#include <nlohmann/json.hpp>

#include "../methods/random_rows.hpp"
#include "fewclip/backend/cpu.hpp"
#include "fewclip/io/safetensors_writer.hpp"
#include "jobs.hpp"

namespace {

using host = fewclip::backend::cpu<float>;

peers::options read_options(int count, char** words) {
  peers::options out;
  for (int i = 1; i < count; ++i) {
    const std::string name = std::string(words[i]).substr(0, 2) == "--" ? words[i] + 2 : "";
    if (name == "stdin") {
      out.from_stdin = true;
    } else if (i + 1 < count && out.numbers.contains(name)) {
      out.numbers[name] = std::stod(words[++i]);
    } else if (i + 1 < count && out.texts.contains(name)) {
      out.texts[name] = words[++i];
    } else {
      throw fewclip::value_error(fewclip::expected_got("fewclip_job", "argument", "an option of peers.py with its value", words[i]));
    }
  }
  return out;
}

/// Aligned, as tensors of the library are.
peers::matrix keep(fewclip::tensor<host> values) {
  auto owner = std::make_shared<fewclip::tensor<host>>(std::move(values));
  return {{static_cast<std::size_t>(owner->rows()), static_cast<std::size_t>(owner->columns())}, owner->data(), owner};
}

peers::inputs read_inputs(const std::string& path) {
  const fewclip::io::safetensors_file file(path);
  peers::inputs out;
  const std::pair<const char*, const char*> names[] = {
      {"text", "text_features"}, {"support", "support_features"}, {"queries", "query_features"}, {"W1", "W1"}, {"W2", "W2"}};
  for (const auto& [ours, stored] : names) {
    if (file.find(stored) == nullptr) continue;
    const auto& extents = file.info(stored).shape;
    const fewclip::shape shape{static_cast<fewclip::index>(extents.at(0)), static_cast<fewclip::index>(extents.at(1))};
    out.rows[ours] = keep(fewclip::tensor<host>::from_host(file.read<float>(stored).data(), shape));
  }
  out.support_labels = file.read<fewclip::label>("support_labels");
  if (file.find("query_labels") != nullptr) out.query_labels = file.read<fewclip::label>("query_labels");
  return out;
}

peers::inputs generate(const peers::options& chosen) {
  const auto seed = static_cast<std::uint64_t>(chosen.number("seed"));
  const auto rows = [&](fewclip::index count, std::uint64_t stream) {
    return keep(bench::unit_rows<host>(count, chosen.count("dim"), stream, seed));
  };
  peers::inputs out;
  out.rows["text"] = rows(chosen.count("classes"), 1);
  out.rows["support"] = rows(chosen.count("classes") * chosen.count("shots"), 2);
  out.rows["queries"] = rows(chosen.count("n"), 3);
  out.support_labels = bench::labels_in_turn(chosen.count("classes"), chosen.count("shots"));
  if (chosen.count("unsorted") != 0) {
    for (std::size_t i = 0; i < out.support_labels.size(); ++i) {
      out.support_labels[i] = static_cast<fewclip::label>(i % static_cast<std::size_t>(chosen.count("classes")));
    }
  }
  const fewclip::random_stream numbers(seed, 4);
  for (fewclip::index i = 0; i < chosen.count("n"); ++i) {
    out.query_labels.push_back(static_cast<fewclip::label>(numbers.uniform(static_cast<std::uint64_t>(i)) * chosen.number("classes")));
  }
  return out;
}

peers::job build(const peers::options& chosen, const peers::inputs& given) {
  const std::string& products = chosen.text("products");
  if (products == "eigen") return peers::make_job_eigen(chosen, given);
#if defined(FEWCLIP_WITH_ONEDNN)
  if (products == "onednn") return peers::make_job_onednn(chosen, given);
  if (products == "onednn-bf16") return peers::make_job_onednn_bf16(chosen, given);
#endif
  throw fewclip::value_error(fewclip::expected_got("fewclip_job", "--products", "eigen, onednn or onednn-bf16 (where built)", products));
}

void write(const std::string& path, const peers::matrices& outputs) {
  fewclip::io::safetensors_writer file;
  for (const auto& [name, values] : outputs) {
    std::size_t size = 1;
    for (const std::size_t extent : values.extents) size *= extent;
    file.add_as(name, fewclip::io::dtype::f32, values.extents, {values.data, size});
  }
  file.write(path);
}

/// The largest resident set so far, in MiB.
double peak_mib() {
  std::ifstream status("/proc/self/status");
  for (std::string word; status >> word;) {
    if (word == "VmHWM:" && status >> word) return std::stod(word) / 1024;
  }
  rusage used{};
  getrusage(RUSAGE_SELF, &used);
  return static_cast<double>(used.ru_maxrss) / 1024;
}

/// What reading and preparing the inputs took does not count, where the system lets the peak be forgotten.
void forget_peak() { std::ofstream("/proc/self/clear_refs") << "5"; }

double seconds_of(const peers::job& job, fewclip::index calls) {
  const auto start = std::chrono::steady_clock::now();
  for (fewclip::index k = 0; k < calls; ++k) job.run();
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count() / static_cast<double>(calls);
}

int measure(peers::options chosen) {
  fewclip::set_threads(static_cast<int>(chosen.count("threads")));
  const peers::inputs given = chosen.text("inputs").empty() ? generate(chosen) : read_inputs(chosen.text("inputs"));
  if (chosen.count("channels") == 0) chosen.numbers["channels"] = static_cast<double>(given.rows.at("text").extents[1] / 2);
  const peers::job job = build(chosen, given);
  if (!job.run) throw fewclip::value_error(fewclip::expected_got("fewclip_job", "--job", "a job of peers.py", chosen.text("job")));
  forget_peak();
  const double before = peak_mib();
  if (!chosen.text("outputs").empty()) {
    peers::matrices outputs = job.run();
    outputs.merge(job.state());
    write(chosen.text("outputs"), outputs);
  } else {
    job.run();
  }
  for (fewclip::index k = 1; k < chosen.count("warmup"); ++k) job.run();
  fewclip::index calls = chosen.count("calls");
  if (calls == 0) calls = chosen.text("job") == "tip_adapter_single_query" ? 50 : 1;
  std::vector<double> seconds;
  if (chosen.from_stdin) {
    std::cout << "ready" << std::endl;
    for (std::string line; std::getline(std::cin, line);) {
      seconds.push_back(seconds_of(job, calls));
      std::cout << seconds.back() << std::endl;
    }
  } else {
    for (fewclip::index k = 0; k < chosen.count("repetitions"); ++k) seconds.push_back(seconds_of(job, calls));
  }
  nlohmann::json report{{"job", chosen.text("job")},
                        {"products", chosen.text("products")},
                        {"threads", fewclip::threads()},
                        {"n", given.rows.at("queries").extents[0]},
                        {"classes", given.rows.at("text").extents[0]},
                        {"support_rows", given.rows.at("support").extents[0]},
                        {"dim", given.rows.at("text").extents[1]},
                        {"rss_before_mib", before},
                        {"peak_rss_mib", peak_mib()}};
  std::sort(seconds.begin(), seconds.end());
  if (!seconds.empty()) {
    const double middle = (seconds[(seconds.size() - 1) / 2] + seconds[seconds.size() / 2]) / 2;
    report.update({{"repetitions", seconds.size()}, {"median_s", middle}, {"min_s", seconds.front()}, {"max_s", seconds.back()}});
  }
  std::cout << report.dump() << std::endl;
  return 0;
}

}  // namespace

int main(int count, char** words) try { return measure(read_options(count, words)); } catch (const std::exception& failure) {
  std::cerr << failure.what() << '\n';
  return 2;
}
