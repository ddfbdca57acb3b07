// The tangram world on sheets: kinds, scenes with captions, and the target tasks with their domain shifts.
//
//   tangram_world [folder]     writes kinds.png, scenes.png, scenes.txt and tasks.png; a temporary folder by default
//
// Everything is a function of the seed: the same sheets on every machine.

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <fewclip/data/tangram/scenes.hpp>
#include <fewclip/data/tangram/target_tasks.hpp>
#include <fewclip/images/write.hpp>
#include <filesystem>
#include <fstream>
#include <string>

namespace tangram = fewclip::data::tangram;
using fewclip::image;

namespace {

/// Pictures of one size side by side, on grey.
image sheet(const std::vector<image>& pictures, fewclip::index columns) {
  constexpr fewclip::index gap = 4;
  const fewclip::index side = pictures.front().width();
  const fewclip::index rows = (static_cast<fewclip::index>(pictures.size()) + columns - 1) / columns;
  image out(columns * (side + gap) + gap, rows * (side + gap) + gap, 3);
  std::fill(out.bytes().begin(), out.bytes().end(), std::uint8_t{128});
  for (fewclip::index i = 0; i < static_cast<fewclip::index>(pictures.size()); ++i) {
    for (fewclip::index y = 0; y < side; ++y) {
      const std::uint8_t* const from = pictures[static_cast<std::size_t>(i)].row(y);
      std::copy(from, from + side * 3, out.row(gap + i / columns * (side + gap) + y) + (gap + i % columns * (side + gap)) * 3);
    }
  }
  return out;
}

/// Four tangrams of each kind: black, and coloured by parts.
image kinds_sheet(std::uint64_t seed) {
  std::vector<image> pictures;
  for (fewclip::index kind = 0; kind < tangram::kind_count; ++kind) {
    for (std::uint64_t variant = 0; variant < 4; ++variant) {
      const auto made = tangram::make_tangram(kind, seed + variant);
      const auto fills = variant % 2 == 0 ? tangram::piece_colours{} : tangram::colours_by_part(made.parts, variant);
      pictures.push_back(tangram::render(made.picture, fills, {.side = 112}));
    }
  }
  return sheet(pictures, 12);
}

/// One row of pictures per task, of as many classes.
image tasks_sheet(std::uint64_t seed) {
  std::vector<image> pictures;
  for (const auto& task : tangram::target_tasks(12)) {
    for (fewclip::index label = 0; label < 12; ++label) pictures.push_back(task.picture(label, 0, seed, 96));
  }
  return sheet(pictures, 12);
}

}  // namespace

int main(int argc, char* argv[]) {
  const bool keeps = argc > 1;
  std::string folder = keeps ? argv[1] : (std::filesystem::temp_directory_path() / "fewclip_tangram_world-XXXXXX").string();
  if (!keeps && ::mkdtemp(folder.data()) == nullptr) return 1;
  std::filesystem::create_directories(folder);
  const auto path = [&](const char* name) { return folder + "/" + name; };

  fewclip::images::write_png(path("kinds.png"), kinds_sheet(1));
  std::vector<image> pictures;
  std::ofstream captions(path("scenes.txt"));
  for (std::uint64_t number = 0; number < 60; ++number) {
    tangram::scene made = tangram::make_scene(1, number, 96);
    captions << made.caption << '\n';
    pictures.push_back(std::move(made.picture));
  }
  fewclip::images::write_png(path("scenes.png"), sheet(pictures, 10));
  fewclip::images::write_png(path("tasks.png"), tasks_sheet(1));
  std::printf("%ld kinds, 60 scenes and 5 target tasks drawn\n", static_cast<long>(tangram::kind_count));
  if (keeps)
    std::printf("sheets are in %s\n", folder.c_str());
  else
    std::filesystem::remove_all(folder);
  return 0;
}
