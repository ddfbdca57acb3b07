#include "fit_commands.hpp"

#include <CLI/CLI.hpp>
#include <memory>

namespace program {
namespace {

void add_rows(CLI::App* command, row_options& options) {
  command->add_option("--batch", options.reading.batch, "images that are encoded at a time")
      ->check(CLI::Range(1, 4096))
      ->capture_default_str();
  command->add_flag("--strict", options.reading.strict, "stop at the first image that cannot be read");
}

}  // namespace

void add_fit_commands(CLI::App& app) {
  const auto fitting = std::make_shared<fit_options>();
  CLI::App* command = app.add_subcommand("fit", "Fit a method on labelled images, and write the classifier");
  add_model_options(command, fitting->model);
  add_rows(command, fitting->rows);
  add_picture_options(command, fitting->model.pictures);
  command->add_option("--images", fitting->images, "one folder per class, or train (and val) with one folder per class")->required();
  command->add_option("--method", fitting->method, "its name, see fewclip methods")->required();
  command->add_option("--shots", fitting->shots, "images per class, drawn by seed; all unless given")->check(CLI::Range(1, 1'000'000));
  command->add_option("--seed", fitting->seed, "of the draw and of the training")
      ->check(CLI::Range(std::uint64_t{0}, std::uint64_t{9'000'000'000'000'000}))
      ->capture_default_str();
  command->add_option("--selection", fitting->selection, "what hyper-parameters are chosen on: none, few-val or full-val")
      ->capture_default_str();
  command->add_option("--recipe", fitting->recipe, "what is searched: clean, or published:<data set>")->capture_default_str();
  command->add_option("--set", fitting->settings, "parameter=value; may be repeated")->take_all();
  command->add_option("--prompt", fitting->prompt, "template of the class texts, with one {}")->capture_default_str();
  command->add_option("--anchors", fitting->anchors, "file with one phrase per line, for rtos and its variants");
  command
      ->add_option(
          "--memory", fitting->rows.memory,
          "MiB that rows of images may take, and the training beside them; half of the machine's, or of the control group's where that "
          "is less, unless given")
      ->check(CLI::Range(std::int64_t{1}, std::int64_t{1} << 40));
  command->add_option("--cache", fitting->rows.cache, "folder for rows beyond that");
  command->add_option("--out", fitting->out, "the classifier to write")->required();
  command->callback([fitting] { fit(*fitting); });

  const auto predicting = std::make_shared<predict_options>();
  command = app.add_subcommand("predict", "Classify images with a fitted classifier");
  add_model_options(command, predicting->model);
  add_rows(command, predicting->rows);
  add_picture_options(command, predicting->model.pictures);
  command->add_option("--classifier", predicting->classifier, "what fewclip fit wrote")->required();
  command->add_option("images", predicting->images, "image files, or one folder of images or of class folders")->required();
  command->add_option("--top", predicting->top, "classes that are shown per image")->check(CLI::Range(1, 1'000'000))->capture_default_str();
  command->add_flag("--json", predicting->json, "as JSON");
  command->callback([predicting] { predict(*predicting); });
}

}  // namespace program
