#include "model_commands.hpp"

#include <CLI/CLI.hpp>
#include <memory>

namespace program {

void add_model_options(CLI::App* command, model_options& options) {
  command->add_option("--model", options.model, "directory of a CLIP as downloaded, or a safetensors file (docs/checkpoints.md)")
      ->required();
  command->add_option("--vocabulary", options.vocabulary, "vocabulary file or its folder, instead of the one beside the weights");
  command->add_option(
      "--cleaning", options.cleaning,
      "what is done to texts first: openai, transformers, whitespace, canonicalize or none; what open_clip's configuration says, "
      "else openai (docs/tokenizer.md)");
  command->add_option("--products", options.products, "matrix products: eigen, onednn or onednn-bf16; onednn where it is built in");
  command->add_option("--threads", options.threads, "number of threads; all cores unless given")->check(CLI::Range(1, 1024));
}

namespace {

void add_reading(CLI::App* command, image_options& options) {
  command->add_option("--batch", options.batch, "images that are encoded at a time")->check(CLI::Range(1, 4096))->capture_default_str();
  command->add_flag("--strict", options.strict, "stop at the first image that cannot be read, and write nothing");
}

void add_embed(CLI::App& app) {
  const auto options = std::make_shared<embed_options>();
  CLI::App* command = app.add_subcommand("embed", "Features of images and texts, by a CLIP checkpoint");
  add_model_options(command, options->model);
  add_reading(command, options->reading);
  add_picture_options(command, options->model.pictures);
  command->add_option("--images", options->images, "a folder of images or of class folders, or image files");
  command->add_option("--texts", options->texts, "a file with one text per line");
  command->add_flag("--raw", options->raw, "features as the towers give them; else rows have length 1");
  command->add_flag("--truncate", options->truncate, "cut texts that are too long instead of refusing them");
  command->add_option("--shard", options->shard, "I/N: only the I-th of N parts of the images, I from 1 to N");
  command->add_option("--out", options->out, "the safetensors file to write")->required();
  command->callback([options] { embed(*options); });
}

void add_features(CLI::App& app) {
  const auto options = std::make_shared<features_options>();
  CLI::App* command = app.add_subcommand("features", "A feature set for compare, from images and a CLIP checkpoint");
  add_model_options(command, options->model);
  add_reading(command, options->reading);
  add_picture_options(command, options->model.pictures);
  command->add_option("--images", options->images, "folder of the images")->required();
  command->add_option("--split", options->split,
                      "split file with train, val and test (split_zhou_*.json), or a table of images (.csv, .tsv)");
  command->add_option("--index", options->index, "few-shot draw (shot_K-seed_S.json): also writes train{K}");
  command->add_option("--templates", options->templates,
                      "prompt templates: a data set's name, ensemble:<data set>, or a file with one per line");
  command->add_option("--sentences", options->sentences, "JSON file with sentences for each class (CuPL), beside the templates");
  command->add_option("--anchors", options->anchors,
                      "names other than the classes, one per line, for rtos_fixed_anchors and rtos_feature_anchors");
  command->add_flag("--truncate", options->truncate, "cut prompts that are too long instead of refusing them");
  command->add_option("--views", options->views, "augmented views per support image; 0: the image itself")
      ->check(CLI::Range(0, 1000))
      ->capture_default_str();
  command->add_option("--view-rows", options->view_rows, "mean: one row per image; all: one per view")->capture_default_str();
  command->add_option("--seed", options->seed, "seed of the views")->capture_default_str();
  command->add_option("--out", options->out, "the feature set to write")->required();
  command->callback([options] { features(*options); });
}

void add_info(CLI::App& app) {
  const auto options = std::make_shared<info_options>();
  CLI::App* command = app.add_subcommand("info", "What a CLIP checkpoint is, and its self-test where it has one");
  add_model_options(command, options->model);
  command->add_flag("--json", options->json, "as JSON");
  command->callback([options] { info(*options); });
}

}  // namespace

void add_model_commands(CLI::App& app) {
  add_embed(app);
  add_features(app);
  add_info(app);
}

}  // namespace program
