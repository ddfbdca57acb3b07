#pragma once
/// \file
/// Image files to pixels. Part of fewclip::images, which brings stb_image and, where they are installed, libjpeg-turbo and libwebp.
///
/// FEWCLIP_WITH_JPEG and FEWCLIP_WITH_WEBP, which the CMake target defines, say that libjpeg-turbo and libwebp are there; all translation units
/// of a program must agree on them.

#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <utility>

#include "fewclip/images/decoding_memory.hpp"
#include "fewclip/images/detail/bmp.hpp"
#include "fewclip/images/detail/decode_limits.hpp"
#include "fewclip/images/detail/exif.hpp"
#include "fewclip/images/detail/gif.hpp"
#include "fewclip/images/detail/png.hpp"
#include "fewclip/images/detail/stb_decoder.hpp"
#include "fewclip/images/image.hpp"
#include "fewclip/io/mapped_file.hpp"

#if defined(FEWCLIP_WITH_JPEG)
#include "fewclip/images/detail/jpeg_turbo.hpp"
#endif
#if defined(FEWCLIP_WITH_WEBP)
#include "fewclip/images/detail/webp.hpp"
#endif

namespace fewclip::images {

/// Whether libjpeg-turbo is compiled in, so that JPEG files decode to the same pixels as in Pillow.
#if defined(FEWCLIP_WITH_JPEG)
inline constexpr bool has_jpeg_turbo = true;
#else
inline constexpr bool has_jpeg_turbo = false;
#endif

/// Whether libwebp is compiled in, so that WebP files can be read.
#if defined(FEWCLIP_WITH_WEBP)
inline constexpr bool has_webp = true;
#else
inline constexpr bool has_webp = false;
#endif

/// Who decodes JPEG files.
enum class jpeg_decoder {
  automatic,   ///< libjpeg-turbo where it is compiled in, else stb_image
  jpeg_turbo,  ///< libjpeg-turbo: equal to Pillow
  stb,         ///< stb_image: up to 3 levels from Pillow, 0.1 on average; no arithmetic coding
};

/// How files are decoded.
///
/// The limits hold before pixels are allocated. A picture may have `max_pixels` where its file is in proportion: beyond `free_pixels`, at most
/// `max_pixels_per_byte` of the file, and 2, 4 or 8 times as many in a PNG file of 4, 2 or 1 bits. Photographs have 1 to 20 pixels per byte, drawings
/// 50 or so, nearly white scans in black and white several hundred; a few bytes that claim a gigabyte have more.
struct decode_options {
  bool keeps_alpha = false;                     ///< channels as in the file (what colour_order::openai needs); else always red, green, blue
  bool turns_upright = false;                   ///< obey the EXIF orientation; Pillow, torchvision and transformers ignore it by default
  jpeg_decoder jpeg = jpeg_decoder::automatic;  ///< who decodes JPEG files
  index max_side = 65535;                       ///< the longest side in pixels, the limit of the JPEG format
  index max_pixels = 178956970;                 ///< width * height; where Pillow refuses a "decompression bomb" (2^31 / 12)
  index max_pixels_per_byte =
      100;  ///< width * height / bytes of the file, beyond `free_pixels`; more in PNG files of few bits; 0: any number
  index free_pixels = index{1} << 24;                        ///< width * height that any file may have
  transparency_rule transparency = transparency_rule::drop;  ///< `white` gives three channels, whatever `keeps_alpha` says
  decoding_memory::share* memory = nullptr;                  ///< takes what this picture needs, where threads share an amount
};

/// What was met in a file and may matter to its user.
struct picture_facts {
  bool is_transparent = false;  ///< whether a pixel is not opaque
  int orientation = 1;          ///< by EXIF, 1 to 8; 1 is upright
};

/// What the first bytes of a file say that it is: "JPEG", "PNG", "BMP", "GIF", "WebP"; formats that cannot be read as well, "TIFF", "PSD",
/// "AVIF", "HEIC", "a video or another kind of ISO media file", "JPEG 2000", "JPEG XL", "SVG or another text", for messages; else "an unknown format", or "an empty file".
inline std::string_view format_of(std::span<const std::byte> bytes) {
  const std::string_view text(reinterpret_cast<const char*>(bytes.data()), std::min<std::size_t>(bytes.size(), 16));
  if (text.empty()) return "an empty file";
  if (text.starts_with("\xFF\xD8\xFF")) return "JPEG";
  if (text.starts_with("\x89PNG\r\n\x1A\n")) return "PNG";
  if (text.starts_with("GIF87a") || text.starts_with("GIF89a")) return "GIF";
  if (text.starts_with("RIFF") && text.size() >= 12 && text.substr(8, 4) == "WEBP") return "WebP";
  if (text.starts_with("BM")) return "BMP";
  if (text.starts_with("II*") || text.starts_with("II+") || text.substr(0, 3) == std::string_view("MM\0", 3)) return "TIFF";
  if (text.starts_with("8BPS")) return "PSD";
  if (text.size() >= 12 && text.substr(4, 4) == "ftyp") {
    const std::string_view brand = text.substr(8, 4);
    const bool is_heic = brand.starts_with("hei") || brand.starts_with("hev") || brand == "mif1" || brand == "msf1";
    return brand.starts_with("avi") ? "AVIF" : is_heic ? "HEIC" : "a video or another kind of ISO media file";
  }
  if (text.size() >= 12 && text.substr(4, 4) == "jP  ") return "JPEG 2000";
  if (text.starts_with("\xFF\x0A") || (text.size() >= 8 && text.substr(4, 4) == "JXL ")) return "JPEG XL";
  if (text.starts_with("<")) return "SVG or another text";
  return "an unknown format";
}

namespace detail {

inline image decode_jpeg(file_bytes bytes, const decode_job& job, jpeg_decoder decoder) {
  if (decoder == jpeg_decoder::stb || (decoder == jpeg_decoder::automatic && !has_jpeg_turbo)) return decode_with_stb(bytes, job);
#if defined(FEWCLIP_WITH_JPEG)
  return decode_with_jpeg_turbo(bytes, job);
#else
  job.refuse("decoder", "automatic or stb, as this program was built without libjpeg-turbo", "jpeg_turbo");
#endif
}

inline image decode_webp([[maybe_unused]] file_bytes bytes, const decode_job& job) {
#if defined(FEWCLIP_WITH_WEBP)
  return decode_with_webp(bytes, job);
#else
  job.refuse("format", "JPEG, PNG, BMP or GIF, as this program was built without libwebp", "WebP");
#endif
}

inline image decode_format(file_bytes bytes, const decode_job& job, std::string_view format, jpeg_decoder decoder) {
  if (format == "JPEG") return decode_jpeg(bytes, job, decoder);
  if (format == "PNG") return decode_png(bytes, job);
  if (format == "WebP") return decode_webp(bytes, job);
  if (format == "GIF") return decode_gif(bytes, job);
  if (format == "BMP") return decode_bmp(bytes, job);
  job.refuse("format", has_webp ? "JPEG, PNG, BMP, GIF or WebP" : "JPEG, PNG, BMP or GIF", std::string(format));
}

inline int orientation_of(file_bytes bytes, std::string_view format) {
  return format == "JPEG"   ? jpeg_orientation(bytes)
         : format == "PNG"  ? png_orientation(bytes)
         : format == "WebP" ? webp_orientation(bytes)
                            : 1;
}

}  // namespace detail

/// Decodes an image file in memory. The format is found from the content.
///
/// JPEG: baseline and progressive; grey, YCbCr, RGB, CMYK and YCCK (taken for inverted, as Adobe's programs write them and Pillow assumes);
/// equal to Pillow in every pixel with libjpeg-turbo. PNG: all kinds; 16-bit samples keep their high byte (Pillow would clamp 16-bit grey to
/// white), palettes are looked up first, checksums are not verified. BMP: all kinds of Windows and OS/2 but those that hold a JPEG or PNG file;
/// alpha where bit fields name one. GIF: the first frame; transparent pixels have their palette's colour. WebP: still images and the first
/// frame of animations, where libwebp is compiled in.
///
/// \param bytes the whole file, at any address
/// \param name what messages call it
/// \param options what comes out, and the limits, which are checked before pixels are allocated
/// \param facts where not null, receives what was met
/// \returns 3 channels; with keeps_alpha 1 to 4 as in the file, where palettes count as colours
/// \throws io_error naming the file, what was expected and what was got: for another format, extents beyond the limits, and for damaged or
/// truncated data as far as the decoder notices it
/// \cost memory for the pixels, and beside them while decoding, per pixel: for a progressive JPEG 6 bytes, for PNG those of its samples and, when
/// interlaced, the pixels once more, for WebP 4 to 8, for GIF 1; a turned picture is copied. One thread; calls from several threads do not disturb
/// each other.
inline image decode_image(std::span<const std::byte> bytes, const std::string& name, const decode_options& options = {},
                          picture_facts* facts = nullptr) {
  const std::string_view format = format_of(bytes);
  const int orientation = facts != nullptr || options.turns_upright ? detail::orientation_of(bytes, format) : 1;
  const detail::decode_job job{.name = name,
                               .file_bytes = static_cast<index>(bytes.size()),
                               .max_side = options.max_side,
                               .max_pixels = options.max_pixels,
                               .max_pixels_per_byte = options.max_pixels_per_byte,
                               .free_pixels = options.free_pixels,
                               .keeps_alpha = options.keeps_alpha,
                               .lays_on_white = options.transparency == transparency_rule::white,
                               .is_turned = options.turns_upright && orientation != 1,
                               .memory = options.memory};
  image out = detail::decode_format(bytes, job, format, options.jpeg);
  if (facts != nullptr) *facts = {job.is_transparent, orientation};
  if (job.is_turned) return detail::turned_upright(out, orientation);
  return out;
}

/// Decodes an image file: decode_image of its bytes.
/// \param path the file
/// \param options what comes out, and the limits
/// \param facts where not null, receives what was met
/// \throws io_error where the file cannot be opened, and as decode_image of bytes
inline image decode_image(const std::string& path, const decode_options& options = {}, picture_facts* facts = nullptr) {
  const io::mapped_file file(path);
  return decode_image(file.bytes(), path, options, facts);
}

}  // namespace fewclip::images
