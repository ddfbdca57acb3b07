#pragma once
/// \file
/// How data sets call their splits.

#include <string>
#include <string_view>

#include "fewclip/config.hpp"

namespace fewclip::io::detail {

/// "train", "val" or "test" for a name that stands for one of them, in any case; else an empty text. Other names than these three are those of
/// exported data sets: `valid` (Roboflow), `validation` and `dev` (Hugging Face), `training` and `testing`.
inline std::string_view split_called(std::string_view name) {
  std::string small(name);
  for (char& each : small) {
    if (each >= 'A' && each <= 'Z') each = static_cast<char>(each - 'A' + 'a');
  }
  if (small == "train" || small == "training") return "train";
  if (small == "val" || small == "valid" || small == "validation" || small == "dev") return "val";
  if (small == "test" || small == "testing") return "test";
  return "";
}

}  // namespace fewclip::io::detail
