// fewclip: fits and compares few-shot methods on files of CLIP features, and makes these. Status 0: done; 1: something is wrong with a file or
// a run; 2: something is wrong with the command line; 3: done, but for images that cannot be read.

#include <CLI/CLI.hpp>
#include <algorithm>
#include <cerrno>
#include <csignal>
#include <cstdio>
#include <cstring>
#include <exception>
#include <fewclip/core/memory.hpp>
#include <fewclip/core/settings.hpp>
#include <new>

#include "fit_commands.hpp"
#include "list_option.hpp"
#include "model_commands.hpp"
#include "notes.hpp"
#include "options.hpp"
#include "report.hpp"

namespace {

void add_compare(CLI::App& app, program::compare_options& options) {
  CLI::App* command = app.add_subcommand("compare", "Fit methods on few-shot supports and measure them on the test rows");
  command->add_option("--features", options.features, "feature set, a safetensors file (docs/data.md)")->required();
  program::add_list(command, "--methods", options.methods, "names, or all");
  const CLI::Option* shots = program::add_list(command, "--shots", options.shots, "rows per class to learn from");
  program::add_list(command, "--seeds", options.seeds, "seeds of draws and of training");
  command
      ->add_option("--selection", options.selection, "what hyper-parameters are chosen on: none, few-val, full-val or oracle (TEST labels)")
      ->capture_default_str();
  command->add_option("--recipe", options.recipe, "what is searched: clean, or published:<data set> with that paper's settings")
      ->capture_default_str();
  command->add_option("--set", options.settings, "method.parameter=value; a parameter that is set is not searched")->take_all();
  command->add_option("--products", options.products, "matrix products: eigen, onednn or onednn-bf16")->capture_default_str();
  command->add_option("--threads", options.threads, "number of threads; all cores unless given")->check(CLI::Range(1, 1024));
  command->add_option("--json", options.json, "write everything that is known to this file");
  command->add_option("--logits", options.logits, "write the logits of every run to this safetensors file");
  command->callback([&options, shots] {
    options.shots_given = shots->count() > 0;
    program::compare(options);
  });
}

void add_generate(CLI::App& app, program::generate_options& options) {
  CLI::App* command = app.add_subcommand("generate", "Write pictures of a tangram task, or a small feature set made by formula");
  CLI::Option* out = command->add_option("--out", options.out, "a feature set made by formula (not real features): the file");
  CLI::Option* images = command->add_option("--images", options.images, "pictures: a new or empty folder");
  out->excludes(images);
  command->add_option("--classes", options.classes, "number of classes")->capture_default_str();
  command->add_option("--seed", options.seed, "another seed, another world")->capture_default_str();
  command->add_option("--dim", options.dim, "numbers per row of the feature set")->capture_default_str()->needs(out);
  command->add_option("--task", options.task, "how pictures are drawn: none, outline, texture, rotation, clutter or noise")->needs(images);
  command->add_option("--side", options.side, "pixels of a picture, 16 to 512")->capture_default_str()->needs(images);
  command->add_option("--train", options.train, "training pictures per class")->capture_default_str()->needs(images);
  command->add_option("--val", options.val, "validation pictures per class")->capture_default_str()->needs(images);
  command->add_option("--test", options.test, "test pictures per class")->capture_default_str()->needs(images);
  command->callback([&options] { program::generate(options); });
}

/// Parses and runs; CLI11 reports usage errors by exception.
int run(int argc, char** argv) {
  program::require_values(argc, argv);
  CLI::App app("Few-shot classification on CLIP features");
  app.name("fewclip");
  app.set_version_flag("--version", "fewclip " + program::version_text());
  app.require_subcommand(1);
  bool as_json = false;
  CLI::App* methods = app.add_subcommand("methods", "List every method with citation, parts, parameters and defaults");
  methods->add_flag("--json", as_json, "as JSON");
  methods->callback([&as_json] { program::list_methods(as_json); });
  program::compare_options compare;
  add_compare(app, compare);
  program::generate_options generate;
  add_generate(app, generate);
  program::add_model_commands(app);
  program::add_fit_commands(app);
  const std::string command = argc > 1 ? argv[1] : "-";
  std::vector<std::string> commands;
  for (const CLI::App* each : app.get_subcommands({})) commands.push_back(each->get_name());
  if (command[0] != '-' && std::find(commands.begin(), commands.end(), command) == commands.end()) {
    throw program::usage_error("no command '" + command + "'; did you mean '" + fewclip::nearest_name(command, commands) + "'?");
  }
  try {
    app.parse(argc, argv);
  } catch (const CLI::Success& done) {
    return app.exit(done);
  } catch (const CLI::ParseError& problem) {
    program::note(std::string(problem.what()) + " (see fewclip --help)");
    return 2;
  }
  return 0;
}

/// What was printed has arrived; errors of writing show when the buffer is emptied.
void require_printed() {
  if (std::fflush(stdout) == 0 && std::ferror(stdout) == 0) return;
  throw fewclip::io_error(fewclip::expected_got("standard output", "write", "success", std::strerror(errno)));
}

int main_of_program(int argc, char** argv) {
  try {
    const int status = run(argc, argv);
    require_printed();
    return status;
  } catch (const program::exit_with& done) {
    require_printed();
    return done.status;
  }
}

}  // namespace

int main(int argc, char** argv) {
  fewclip::keep_freed_memory();
  std::signal(SIGXFSZ, SIG_IGN);  // a file beyond the limit is then a failing write, which says so and cleans up
  try {
    return main_of_program(argc, argv);
  } catch (const program::usage_error& problem) {
    program::note(problem.what());
    return 2;
  } catch (const std::bad_alloc&) {
    program::note("not enough memory");
  } catch (const std::exception& problem) {
    program::note(program::sentence_of(problem));
  } catch (...) {
    program::note("an unknown error");
  }
  return 1;
}
