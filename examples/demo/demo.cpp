// fewclip_demo: from generated pictures to a table and a report of every method, with a built-in CLIP and nothing to download.

#include <CLI/CLI.hpp>
#include <algorithm>
#include <chrono>
#include <cmath>
#include <csignal>
#include <cstdio>
#include <exception>
#include <fewclip/core/memory.hpp>
#include <fewclip/core/parallel.hpp>
#include <fewclip/io/atomic_file.hpp>
#include <filesystem>
#include <new>

#include "../cli/file_uses.hpp"
#include "../cli/interruption.hpp"
#include "../cli/list_option.hpp"
#include "../cli/model_commands.hpp"
#include "../cli/notes.hpp"
#include "../cli/report.hpp"
#include "demo_report.hpp"
#include "demo_runs.hpp"

namespace {

using namespace program;

void add_options(CLI::App& app, demo_options& options) {
  app.add_option("--model", options.model, "directory of a CLIP; attention maps need a ResNet")->capture_default_str();
  app.add_option("--out", options.out, "folder of pictures, results.json and report.html")->capture_default_str();
  add_list(&app, "--tasks", options.tasks, "outline, texture, rotation, clutter, noise");
  add_list(&app, "--methods", options.methods, "names, or all");
  add_list(&app, "--shots", options.shots, "pictures per class to learn from");
  add_list(&app, "--seeds", options.seeds, "of draws and of training");
  app.add_option("--picture-seed", options.picture_seed, "of the pictures of all tasks")->capture_default_str();
  app.add_option("--classes", options.classes, "per task")->check(CLI::Range(2, 27))->capture_default_str();
  app.add_option("--test", options.test, "test pictures per class")->check(CLI::Range(1, 10000))->capture_default_str();
  app.add_option("--set", options.settings, "method.parameter=value; overrides the demo's own")->take_all();
  app.add_flag("--defaults", options.defaults, "every method with its own defaults, not with the demo's settings");
  app.add_option("--threads", options.threads, "number of threads; all cores unless given")->check(CLI::Range(1, 1024));
}

void check_range(const char* option, const std::vector<std::int64_t>& values, std::int64_t lowest, std::int64_t highest) {
  for (const std::int64_t each : values) {
    if (each >= lowest && each <= highest) continue;
    throw usage_error(std::string(option) + ": expected " + std::to_string(lowest) + " to " + std::to_string(highest) + ", got " +
                      std::to_string(each));
  }
}

/// Refuses what no run can be made of, before anything is read.
void check(const demo_options& options) {
  check_range("--shots", options.shots, 1, 1000);
  check_range("--seeds", options.seeds, 0, 9'000'000'000'000'000);
  model_options model;
  model.model = options.model;
  file_uses files;
  files.reads_model(model);
  for (const char* const name : {"results.json", "report.html"}) {
    files.writes("--out, " + std::string(name), (std::filesystem::path(options.out) / name).string());
  }
  files.check();
}

int run(int argc, char** argv) {
  require_values(argc, argv);
  demo_options options;
  CLI::App app("Every few-shot method on pictures of the tangram world");
  app.name("fewclip_demo");
  add_options(app, options);
  try {
    app.parse(argc, argv);
  } catch (const CLI::Success& done) {
    return app.exit(done);
  } catch (const CLI::ParseError& problem) {
    note(std::string(problem.what()) + " (see --help)");
    return 2;
  }
  check(options);
  for (int i = 0; i < argc; ++i) options.command += (i == 0 ? "" : " ") + std::string(argv[i]);
  const interruption handlers;
  const auto start = std::chrono::steady_clock::now();
  const demo_results results = run_demo(options);
  const double seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
  std::fputs(demo_table(results).c_str(), stdout);
  const auto path = [&](const char* name) { return (std::filesystem::path(options.out) / name).string(); };
  fewclip::io::write_file(path("results.json"), demo_json(results).dump(1, ' ', false, nlohmann::json::error_handler_t::replace) + "\n");
  fewclip::io::write_file(path("report.html"), demo_page(results, seconds));
  std::printf("\n%s and %s, %.0f s\n", printable(path("results.json")).c_str(), printable(path("report.html")).c_str(), seconds);
  return 0;
}

}  // namespace

int main(int argc, char** argv) {
  fewclip::keep_freed_memory();
  std::signal(SIGXFSZ, SIG_IGN);  // a file beyond the limit is then a failing write
  program::notes_are_from("fewclip_demo");
  try {
    return run(argc, argv);
  } catch (const program::exit_with& done) {
    return done.status;
  } catch (const program::usage_error& problem) {
    program::note(problem.what());
    return 2;
  } catch (const std::bad_alloc&) {
    std::fprintf(stderr, "fewclip_demo: not enough memory\n");
  } catch (const std::exception& problem) {
    program::note(program::sentence_of(problem));
  }
  return 1;
}
