/// Runs one target: `fuzz NAME RUNS`, `fuzz NAME SECONDSs`, `fuzz NAME FILE` for an input that was kept; `fuzz --list`.
///
/// Inputs are changed seeds, drawn afresh from a printed seed; FEWCLIP_TEST_SEED repeats it. An input that is a finding is kept in a file
/// below the folder that FEWCLIP_FUZZ_FINDINGS names, else the working folder. Compiled with FEWCLIP_LIBFUZZER the same targets run under
/// libFuzzer, by its arguments and `--target=NAME`; `--seeds=FOLDER` writes the seeds.

#include <fcntl.h>
#include <signal.h>
#include <sys/time.h>
#include <unistd.h>

#include <array>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <random>

#include "../io/scratch.hpp"
#include "fuzz.hpp"

#if defined(FEWCLIP_LIBFUZZER)

namespace {

const fuzz::target* chosen = nullptr;

std::vector<std::string>& seeds() {
  static std::vector<std::string> out = fuzz::seeds_of(*chosen);
  return out;
}

}  // namespace

extern "C" std::size_t LLVMFuzzerMutate(std::uint8_t* data, std::size_t size, std::size_t most);

extern "C" int LLVMFuzzerInitialize(int* count, char*** arguments) {
  std::string folder;
  for (int i = 1; i < *count; ++i) {
    const std::string argument = (*arguments)[i];
    if (argument.starts_with("--target=")) chosen = &fuzz::find_target(argument.substr(9));
    if (argument.starts_with("--seeds=")) folder = argument.substr(8);
  }
  if (chosen == nullptr) {
    for (const fuzz::target& each : fuzz::all_targets()) std::puts(each.name);
    std::exit(0);
  }
  if (!folder.empty()) {
    std::filesystem::create_directories(folder);
    for (std::size_t i = 0; i < seeds().size(); ++i) scratch::write_text(folder + "/seed" + std::to_string(i), seeds()[i]);
    std::exit(0);
  }
  return 0;
}

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  fuzz::run_input(*chosen, {reinterpret_cast<const std::byte*>(data), size});
  return 0;
}

extern "C" std::size_t LLVMFuzzerCustomMutator(std::uint8_t* data, std::size_t size, std::size_t most, unsigned seed) {
  std::string text;
  if (seed % 4 == 0) {
    text = fuzz::mutated({reinterpret_cast<const char*>(data), size}, *chosen, seeds(), seed, 0);
  } else {
    const std::size_t changed = LLVMFuzzerMutate(data, size, most);
    text.assign(reinterpret_cast<const char*>(data), changed);
    if (chosen->length_prefixed && seed % 4 == 1) fuzz::set_length(text);
  }
  text.resize(std::min(text.size(), most));
  std::memcpy(data, text.data(), text.size());
  return text.size();
}

#else

#if defined(__has_feature)
#if __has_feature(address_sanitizer)
#define FEWCLIP_FUZZ_SANITIZED
#endif
#elif defined(__SANITIZE_ADDRESS__)
#define FEWCLIP_FUZZ_SANITIZED
#endif
#if defined(FEWCLIP_FUZZ_SANITIZED)
#include <sanitizer/common_interface_defs.h>
#endif

namespace {

constexpr int seconds_per_input = 20;  // of processor time

// What the handlers of signals need, in place before anything runs.
std::string finding_path;
const std::byte* current = nullptr;
std::size_t current_size = 0;

void say(const char* text) { [[maybe_unused]] const auto count = ::write(STDERR_FILENO, text, std::strlen(text)); }

void keep_input() {
  const int file = ::open(finding_path.c_str(), O_CREAT | O_WRONLY | O_TRUNC, 0666);
  if (file < 0) return;
  for (std::size_t done = 0; done < current_size;) {
    const auto count = ::write(file, current + done, current_size - done);
    if (count <= 0) break;
    done += static_cast<std::size_t>(count);
  }
  ::close(file);
  say("finding: the input is kept in ");
  say(finding_path.c_str());
  say("\n");
}

void on_signal(int number) {
  say(number == SIGSEGV   ? "finding: a wrong address, or the stack is too small\n"
      : number == SIGPROF ? "finding: an input takes longer than 20 s of processor time\n"
                          : "");
  keep_input();
  ::_exit(1);
}

void watch() {
  static std::array<char, 1 << 16> stack;
  stack_t own{};
  own.ss_sp = stack.data();
  own.ss_size = stack.size();
  ::sigaltstack(&own, nullptr);
  struct sigaction action {};
  action.sa_handler = on_signal;
  action.sa_flags = SA_ONSTACK;
  for (const int number : {SIGABRT, SIGFPE, SIGILL, SIGBUS, SIGPROF}) ::sigaction(number, &action, nullptr);
#if defined(FEWCLIP_FUZZ_SANITIZED)
  __sanitizer_set_death_callback(keep_input);
#else
  ::sigaction(SIGSEGV, &action, nullptr);
#endif
}

void run(const fuzz::target& chosen, const std::string& text) {
  // A copy of exactly this size, so that a read one behind the end is seen.
  const std::vector<std::byte> copy(reinterpret_cast<const std::byte*>(text.data()),
                                    reinterpret_cast<const std::byte*>(text.data()) + text.size());
  current = copy.data();
  current_size = copy.size();
  const itimerval limit{{0, 0}, {seconds_per_input, 0}};
  ::setitimer(ITIMER_PROF, &limit, nullptr);
  fuzz::run_input(chosen, copy);
}

std::uint64_t chosen_seed() {
  if (const char* const asked = std::getenv("FEWCLIP_TEST_SEED")) return std::strtoull(asked, nullptr, 10);
  return std::random_device()();
}

int fuzz_target(const fuzz::target& chosen, const std::string& how_long) {
  const char* const folder = std::getenv("FEWCLIP_FUZZ_FINDINGS");
  const std::uint64_t seed = chosen_seed();
  finding_path = std::string(folder != nullptr ? folder : ".") + "/finding-" + chosen.name + "-" + std::to_string(seed);
  watch();
  if (std::filesystem::is_regular_file(how_long)) {
    run(chosen, scratch::read_text(how_long));
    return 0;
  }
  const double number = std::strtod(how_long.c_str(), nullptr);
  const bool by_time = how_long.ends_with('s');
  if (!(number > 0)) {
    std::fprintf(stderr, "fuzz: expected a number of runs, seconds (10s) or a file, got %s\n", how_long.c_str());
    return 2;
  }
  std::printf("%s: FEWCLIP_TEST_SEED=%llu\n", chosen.name, static_cast<unsigned long long>(seed));
  std::fflush(stdout);
  const std::vector<std::string> seeds = fuzz::seeds_of(chosen);
  for (const std::string& text : seeds) run(chosen, text);
  const auto start = std::chrono::steady_clock::now();
  std::uint64_t runs = 0;
  const auto goes_on = [&] {
    return by_time ? std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count() < number
                   : static_cast<double>(runs) < number;
  };
  for (; goes_on(); ++runs) run(chosen, fuzz::mutated(seeds[runs % seeds.size()], chosen, seeds, seed, runs));
  std::printf("%s: %llu executions from %zu seeds, no finding\n", chosen.name, static_cast<unsigned long long>(runs), seeds.size());
  return 0;
}

}  // namespace

int main(int argc, char* argv[]) {
  if (argc == 2 && std::string(argv[1]) == "--list") {
    for (const fuzz::target& each : fuzz::all_targets()) std::puts(each.name);
    return 0;
  }
  if (argc != 3) {
    std::fputs("usage: fuzz NAME RUNS | NAME SECONDSs | NAME FILE | --list\n", stderr);
    return 2;
  }
  return fuzz_target(fuzz::find_target(argv[1]), argv[2]);
}

#endif
