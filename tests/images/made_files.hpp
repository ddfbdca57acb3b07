#pragma once
/// Image files that are written byte by byte, so that the pixels they must give are known.

#include <cstdint>
#include <initializer_list>
#include <string>
#include <vector>

namespace made {

inline std::string bytes(std::initializer_list<int> values) {
  std::string out;
  for (const int value : values) out += static_cast<char>(value);
  return out;
}

inline std::string little(std::uint64_t value, int size) {
  std::string out;
  for (int i = 0; i < size; ++i) out += static_cast<char>(value >> (8 * i));
  return out;
}

inline std::string big_32(std::uint32_t value) {
  std::string out;
  for (int shift = 24; shift >= 0; shift -= 8) out += static_cast<char>(value >> shift);
  return out;
}

inline std::string chunk(const std::string& kind, const std::string& data) {
  return big_32(static_cast<std::uint32_t>(data.size())) + kind + data + "crc.";
}

/// A zlib stream of one stored block.
inline std::string stored(const std::string& data) {
  return bytes({0x78, 0x01, 0x01}) + little(data.size(), 2) + little(~data.size(), 2) + data + "adle";
}

inline const std::string png_mark = "\x89PNG\r\n\x1A\n";

/// The header of a PNG file.
/// \param kind 0 grey, 2 colours, 3 palette, 4 grey and alpha, 6 colours and alpha
inline std::string png_header(std::uint32_t width, std::uint32_t height, int depth, int kind, int interlaced = 0) {
  return png_mark + chunk("IHDR", big_32(width) + big_32(height) + bytes({depth, kind, 0, 0, interlaced}));
}

/// What follows the header: chunks in front of the pixels, rows with a filter byte in front of each.
inline std::string png_rest(const std::string& before, const std::string& rows) {
  return before + chunk("IDAT", stored(rows)) + chunk("IEND", "");
}

/// How a BMP file is written.
struct bmp_form {
  std::int32_t width = 1;
  std::int32_t height = 1;  ///< negative: the first row comes first
  int bits = 24;
  int compression = 0;
  std::string palette{};  ///< or bit fields
  std::string data{};
};

/// With a header of 40 bytes.
inline std::string bmp(const bmp_form& form) {
  const std::size_t start = 54 + form.palette.size();
  const std::size_t colours = form.bits <= 8 ? form.palette.size() / 4 : 0;
  const auto number = [](std::int64_t value) { return little(static_cast<std::uint64_t>(value), 4); };
  return "BM" + little(start + form.data.size(), 4) + little(0, 4) + little(start, 4) + number(40) + number(form.width) +
         number(form.height) + little(1, 2) + little(static_cast<std::uint64_t>(form.bits), 2) + number(form.compression) +
         little(form.data.size(), 4) + little(0, 8) + little(colours, 4) + little(0, 4) + form.palette + form.data;
}

/// A GIF frame, and the canvas that it lies on. The palette has four colours, from 10 11 12 to 40 41 42, or there is none.
struct gif_form {
  int width = 1;
  int height = 1;
  int left = 0;
  int top = 0;
  int columns = 1;
  int rows = 1;
  std::vector<int> positions{};  ///< below 4
  int transparent = -1;
  bool has_palette = true;
};

inline std::string gif(const gif_form& form) {
  std::string codes;
  int held = 0;
  std::uint32_t bits = 0;
  const auto put = [&](int code) {  // codes of three bits; a clear code, 4, before each keeps them so
    bits |= static_cast<std::uint32_t>(code) << held;
    for (held += 3; held >= 8; held -= 8, bits >>= 8) codes += static_cast<char>(bits);
  };
  for (const int position : form.positions) put(4), put(position);
  put(5);
  codes += static_cast<char>(bits);
  std::string out = "GIF89a" + little(static_cast<std::uint64_t>(form.width), 2) + little(static_cast<std::uint64_t>(form.height), 2);
  out += bytes({form.has_palette ? 0x81 : 0, 2, 0});
  if (form.has_palette) out += bytes({10, 11, 12, 20, 21, 22, 30, 31, 32, 40, 41, 42});
  if (form.transparent >= 0) out += bytes({0x21, 0xF9, 4, 1, 0, 0, form.transparent, 0});
  out += bytes({0x2C, form.left, 0, form.top, 0, form.columns, 0, form.rows, 0, 0, 2, static_cast<int>(codes.size())});
  return out + codes + bytes({0, 0x3B});
}

/// An animation of WebP whose first frame is a still file of lossy pictures, at column 6 and row 4 of a canvas.
inline std::string webp_animation(const std::string& still, std::uint32_t width, std::uint32_t height, std::uint32_t columns,
                                  std::uint32_t rows) {
  const auto part = [](const std::string& kind, const std::string& data) {
    return kind + little(data.size(), 4) + data + (data.size() % 2 == 0 ? "" : std::string(1, '\0'));
  };
  const std::string frame = little(3, 3) + little(2, 3) + little(columns - 1, 3) + little(rows - 1, 3) + little(100, 3) + little(0, 1);
  const std::string content = "WEBP" + part("VP8X", little(2, 4) + little(width - 1, 3) + little(height - 1, 3)) +
                              part("ANIM", little(7, 6)) + part("ANMF", frame + still.substr(12));
  return "RIFF" + little(content.size(), 4) + content;
}

}  // namespace made
