#pragma once
/// \file
/// The image preprocessing that a checkpoint's configuration file describes.

#include <nlohmann/json.hpp>
#include <span>
#include <string>
#include <string_view>

#include "fewclip/core/error.hpp"
#include "fewclip/images/preprocessing.hpp"
#include "fewclip/io/detail/preprocessing_fields.hpp"
#include "fewclip/io/json.hpp"
#include "fewclip/io/mapped_file.hpp"

namespace fewclip::io {

/// The settings in the text of a preprocessor_config.json of transformers, of the `image_processor` in its processor_config.json, or of
/// open_clip's `preprocess_cfg`.
///
/// transformers: `size` (a number or `shortest_edge`: short side; `height` and `width`: both sides), `crop_size`, `resample` 0 to 3, `image_mean`,
/// `image_std`, `do_normalize` (false: mean 0, std 1); `do_resize`, `do_rescale` by 1/255, `do_convert_rgb` must be on, `do_center_crop` too unless
/// both sides are given. Crops are those of transformers, colours become RGB first. Missing settings have the defaults of CLIPImageProcessor; for
/// another `image_processor_type` those that matter must be there.
///
/// open_clip: an open_clip_config.json, or the object `preprocess_cfg` alone: `size`, `mean`, `std`, `interpolation` ("random" is bicubic, as in
/// open_clip's inference), `resize_mode`, `fill_color`, `mode` "RGB". Crops are torchvision's, colours become RGB last. Missing mean and std are
/// OpenAI's; a missing size is the model's `image_size`.
///
/// \param text JSON \param name what messages call it \param size_if_missing where the file names no size: that of the architecture
/// \throws io_error for text that is no JSON object, and naming the setting for any that cannot be honoured or is unknown (unless null or false):
/// nothing is silently ignored, nor a number that is out of its range
inline images::preprocessing parse_preprocessing(std::string_view text, const std::string& name, index size_if_missing = 224) {
  const nlohmann::json root = parse_json(text, name);
  if (!root.is_object()) throw io_error(expected_got(name, "content", "a JSON object", std::string("JSON of type ") + root.type_name()));
  if (root.contains("image_processor")) {
    const images::preprocessing out =
        detail::transformers_preprocessing(root["image_processor"], name + ": image_processor", size_if_missing);
    detail::check_as_read(out, name + ": image_processor");
    return out;
  }
  const bool is_whole = root.contains("preprocess_cfg") || root.contains("model_cfg");
  const bool is_part = root.contains("interpolation") || root.contains("resize_mode") || root.contains("mean");
  const images::preprocessing out = is_whole  ? detail::whole_open_clip_config(root, name, size_if_missing)
                                    : is_part ? detail::open_clip_preprocessing(root, name, size_if_missing)
                                              : detail::transformers_preprocessing(root, name, size_if_missing);
  detail::check_as_read(out, name);
  return out;
}

/// Reads a configuration file, see parse_preprocessing.
/// \param path the file
/// \param size_if_missing where the file names no size: that of the architecture
/// \throws io_error where it cannot be opened, and as parse_preprocessing
inline images::preprocessing read_preprocessing(const std::string& path, index size_if_missing = 224) {
  const mapped_file file(path);
  const auto bytes = file.bytes();
  return parse_preprocessing({reinterpret_cast<const char*>(bytes.data()), bytes.size()}, path, size_if_missing);
}

}  // namespace fewclip::io
