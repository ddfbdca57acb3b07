#pragma once
/// A small data set that the tests of image sources write themselves. The files are empty: no source opens an image.

#include <filesystem>
#include <initializer_list>
#include <string>

#include "scratch.hpp"

namespace image_files {

inline void add(const scratch::directory& here, std::initializer_list<const char*> names) {
  for (const char* const name : names) {
    const std::filesystem::path path = here.file(name);
    std::filesystem::create_directories(path.parent_path());
    scratch::write_text(path.string(), "");
  }
}

/// Two classes in three splits; byte-wise order puts capitals first.
inline void add_pets(const scratch::directory& here) {
  add(here, {"train/big_cat/2.jpg", "train/big_cat/10.JPG", "train/Dog/a.png", "val/big_cat/v.webp", "val/Dog/v.gif", "test/Dog/t.bmp",
             "test/Dog/s.jpeg"});
}

}  // namespace image_files
